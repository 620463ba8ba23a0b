"""How it runs: the command line, the stages, parameters, storage and the report."""

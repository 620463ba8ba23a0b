"""From files to numbers: records, article intake, sentences, actors and mentions, attribution, the encoder."""

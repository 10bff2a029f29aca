"""What may be secret is not shown, and what is not stays readable."""

from __future__ import annotations

import pytest

from vasttui.models.masking import masked_script, may_be_secret


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HF_TOKEN", "x"), ("WANDB_API_KEY", "x"), ("db_password", "x"), ("AWS_SECRET", "x"),
        ("JUPYTER_TOKEN", "x"), ("KEY", "1"), ("X", "hf_abcdefabcdefabcdef"),
        ("URL", "postgres://u:hunter2@host/db"), ("X", "a1" * 20), ("X", "eyJhbGciOiJIUzI1NiJ9"),
    ],
)  # fmt: skip
def test_secrets_are_known_by_name_or_value(name: str, value: str) -> None:
    assert may_be_secret(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VLLM_MODEL", "Qwen/Qwen3-8B"), ("VLLM_ARGS", "--max-model-len 32768"), ("MONKEY", "x"),
        ("DATA_DIRECTORY", "/workspace/data/"), ("OPEN_BUTTON_PORT", "8000"),
        ("PATHS", "/usr/local/lib/python3.12/site-packages/torch"),
        ("PROVISIONING_SCRIPT", "https://raw.githubusercontent.com/vast-ai/base-image/x.sh"),
    ],
)  # fmt: skip
def test_plain_settings_are_not(name: str, value: str) -> None:
    assert not may_be_secret(name, value)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("export HF_TOKEN=hunter2; echo", "export HF_TOKEN=••••; echo"),
        ("TOKEN='two words' run", "TOKEN=•••• run"),
        ('curl -H "Authorization: Bearer abc.def"', 'curl -H "Authorization: Bearer ••••"'),
        ("huggingface-cli login hf_abcdefabcdefabcdef", "huggingface-cli login ••••"),
        ("A=1 make all", "A=1 make all"),
    ],
)
def test_scripts_are_shown_without_them(line: str, shown: str) -> None:
    assert masked_script(line) == shown

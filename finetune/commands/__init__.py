"""The commands of `python -m finetune`, one file each; `finetune.__main__` finds them here."""

"""The dataset rules, one file each; `finetune.dataset.lint` finds them here."""

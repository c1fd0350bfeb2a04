"""The formats that corrections are read in, one file each; `finetune.files.corrections` finds them here."""

"""The formats that courses are read in, one file each; `finetune.files.reading` finds them here."""

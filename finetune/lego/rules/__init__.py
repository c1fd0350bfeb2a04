"""The course rules, one file each; `finetune.lego.check` finds them here."""

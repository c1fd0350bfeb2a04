"""From courses and corrections to training examples, and the rules that those are held against. Pure."""

# the pure stages of a decision

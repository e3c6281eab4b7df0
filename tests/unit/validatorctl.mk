# tests of validatorctl

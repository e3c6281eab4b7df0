# tests of validatord

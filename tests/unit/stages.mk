# tests of stages

# tests of brokerd

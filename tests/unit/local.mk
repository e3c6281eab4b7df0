# Unit tests by the part they test; each fragment has one owner.
include tests/unit/client.mk
include tests/unit/daemon.mk
include tests/unit/stages.mk
include tests/unit/grants.mk
include tests/unit/jwt.mk
include tests/unit/validatord.mk
include tests/unit/fetch.mk
include tests/unit/brokerd.mk
include tests/unit/validatorctl.mk
include tests/unit/profiles.mk
include tests/unit/gatewayd.mk
include tests/unit/scopegate.mk
include tests/unit/jose.mk

# One data file a broker or AS product; scopegate-profiles(5) has the format.
profiledir = $(pkgdatadir)/profiles
dist_profile_DATA = \
	profiles/alpaca.conf \
	profiles/auth0.conf \
	profiles/authentik.conf \
	profiles/binance.conf \
	profiles/coinbase.conf \
	profiles/dex.conf \
	profiles/entra.conf \
	profiles/etrade.conf \
	profiles/hydra.conf \
	profiles/ibkr.conf \
	profiles/keycloak.conf \
	profiles/oanda.conf \
	profiles/oidc-provider.conf \
	profiles/okta.conf \
	profiles/plaid.conf \
	profiles/questrade.conf \
	profiles/saxo.conf \
	profiles/schwab.conf \
	profiles/tradestation.conf \
	profiles/tradier.conf \
	profiles/upstox.conf \
	profiles/zerodha.conf

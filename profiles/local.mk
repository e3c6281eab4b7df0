# One data file a broker or AS product; scopegate-profiles(5) has the format.
profiledir = $(pkgdatadir)/profiles
dist_profile_DATA = \
	profiles/alpaca.conf \
	profiles/binance.conf \
	profiles/coinbase.conf \
	profiles/etrade.conf \
	profiles/ibkr.conf \
	profiles/oanda.conf \
	profiles/plaid.conf \
	profiles/questrade.conf \
	profiles/saxo.conf \
	profiles/schwab.conf \
	profiles/tradestation.conf \
	profiles/tradier.conf \
	profiles/upstox.conf \
	profiles/zerodha.conf

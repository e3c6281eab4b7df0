# Web tests: node --test with Chromium and real clients, as an ordinary user;
# run by dev/check. By hand: SCOPEGATE_BROKERD=... node --test tests/web
EXTRA_DIST += \
	%D%/account.test.mjs \
	%D%/app.mjs \
	%D%/attacks.test.mjs \
	%D%/authorize.test.mjs \
	%D%/broker.mjs \
	%D%/connected.test.mjs \
	%D%/crash.test.mjs \
	%D%/crawl.mjs \
	%D%/csrf.test.mjs \
	%D%/developer.test.mjs \
	%D%/desk.mjs \
	%D%/desk_terminal.py \
	%D%/device.test.mjs \
	%D%/device_clients.test.mjs \
	%D%/forms.test.mjs \
	%D%/gateway.mjs \
	%D%/gateway.test.mjs \
	%D%/gateway_login.test.mjs \
	%D%/keyboard.test.mjs \
	%D%/login.mjs \
	%D%/login.test.mjs \
	%D%/login_terminal.py \
	%D%/openid.test.mjs \
	%D%/pages.test.mjs \
	%D%/peers.test.mjs \
	%D%/review.test.mjs \
	%D%/rig.mjs \
	%D%/robot.mjs \
	%D%/scopegate.test.mjs \
	%D%/seven.test.mjs \
	%D%/steps.mjs \
	%D%/tools.mjs

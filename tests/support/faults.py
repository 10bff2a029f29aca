"""What can go wrong between program and service: the errors the client raises."""

from __future__ import annotations

from vasttui.errors import (
    AnswerTooLarge,
    AuthRejected,
    BrokenAnswer,
    NetworkError,
    NotFound,
    PermissionDenied,
    RateLimited,
    Redirected,
    Rejected,
    SearchQuotaExceeded,
    ServiceDown,
    TlsError,
    VastError,
)

UNCLEAR = BrokenAnswer("The service answered, but not whether it did what was asked.")
FAULTS: dict[str, VastError] = {
    "connect_refused": NetworkError("The connection was refused.", hint="Is the address right?"),
    "dns_failure": NetworkError("The service cannot be found.", hint="Is the network up?"),
    "tls_error": TlsError("The certificate check failed.", hint="See SSL_CERT_FILE."),
    "timeout_before_send": NetworkError("No connection came about in time."),
    "timeout_mid_send": BrokenAnswer("It took the request and then fell silent."),
    "timeout_after_send": BrokenAnswer("It took the request and then fell silent."),
    "reset_or_close_after_send": BrokenAnswer("The connection broke."),
    "400": Rejected("The request is wrong.", status=400, code="invalid_args"),
    "401": AuthRejected("The service does not know this API key.", status=401),
    "403": PermissionDenied("The key has no right to do this.", status=403),
    "404": NotFound("Instance 7 not found.", status=404, code="no_such_instance"),
    "409": Rejected("Something else is being done.", status=409, code="conflict"),
    "410": NotFound("It is gone.", status=410),
    "429_retry_after": RateLimited("Fewer requests, please.", retry_after=30.0),
    "429_plain": RateLimited("Fewer requests, please."),
    "429_search_quota": SearchQuotaExceeded("The search quota of today is used up."),
    "500": ServiceDown("The service is in trouble.", status=500),
    "502_503_504": ServiceDown("The service is in trouble.", status=503),
    "200_success_false": Rejected("Resources are unavailable.", status=200),
    "200_html_proxy": BrokenAnswer("A web page came instead of an answer."),
    "truncated_json": BrokenAnswer("The answer was cut off."),
    "wrong_types": UNCLEAR,
    "missing_fields": UNCLEAR,
    "null_fields": UNCLEAR,
    "huge_body": AnswerTooLarge("The answer was too large."),
    "gzip_bomb": AnswerTooLarge("The answer was too large."),
    "slow_drip": BrokenAnswer("The answer took too long."),
    "redirect_same_site": Redirected("The service points to another page."),
    "redirect_other_host": Redirected("The service points to evil.example."),
}

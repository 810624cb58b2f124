// Small questions of HTTP grammar that several files ask.
#pragma once

#include <string_view>

namespace gyr::net {

/// A method or header name: one or more `tchar` (RFC 9110, 5.6.2).
bool is_token(std::string_view text);
/// May be written as the value of a header: no control character but the tab, so neither line break nor NUL.
bool is_header_value(std::string_view text);
/// `host` or `host:port`, the host a name, an IPv4 address or an IPv6 address in brackets; port at most 65535, may be
/// empty.
bool is_valid_host(std::string_view text);
/// The reason phrase of a status; empty for an unregistered status.
std::string_view reason_phrase(int status);

}  // namespace gyr::net

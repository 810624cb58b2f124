// Under which scheme, host and port a client has reached the server: what links and cookies are made of (OPS-33).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "net/http.h"
#include "text/regex.h"

namespace gyr::web {

/// `micronaut.server.host-resolution`, and whose headers count. Empty texts: not set.
struct HostOptions {
  std::string host_header = {};
  std::string protocol_header = {};
  std::string port_header = {};
  bool port_in_host = false;  ///< whether the value of `host_header` can have a port
  /// Regular expressions for `https://flows.example.com`; empty: all.
  std::vector<std::string> allowed_hosts = {};
  /// Addresses and networks (`10.0.0.0/8`, `::1`) of reverse proxies.
  std::vector<std::string> trusted_proxies = {};
};

/// A network of IPv4 or IPv6 addresses; an IPv4 address is its mapped IPv6 address.
class Network {
 public:
  /// `10.0.0.0/8`, `192.168.1.5`, `fc00::/7`; fails with bad_argument for anything else.
  static base::Result<Network> parse(std::string_view text);
  bool contains(std::string_view address) const;

 private:
  std::array<uint8_t, 16> address_{};
  uint32_t bits_ = 128;
};

/// Immutable and thread-safe.
class HostResolution {
 public:
  /// Fails for a network or an expression that is not valid; the message names the key.
  static base::Result<std::shared_ptr<const HostResolution>> make(HostOptions options);

  /// `https://host[:port]`. Only a trusted proxy is believed what it says about the client's address; what others say
  /// in such headers is ignored. A host that is not allowed, or not a host, becomes `localhost`.
  std::string origin_of(const net::ServerRequest& request) const;
  bool trusts(std::string_view peer) const;

 private:
  struct Origin;
  Origin claimed(const net::Headers& headers) const;

  HostOptions options_;
  std::vector<Network> trusted_;
  std::vector<std::shared_ptr<const text::Regex>> allowed_;
};

/// Loopback and the networks that are not routed on the internet: where a reverse proxy usually is.
const std::vector<std::string>& private_networks();

/// Whether a Host header is safe in a link: otherwise a caller could redirect links or end their attribute.
bool is_host(std::string_view text);

}  // namespace gyr::web

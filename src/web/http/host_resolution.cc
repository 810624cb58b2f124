#include "web/http/host_resolution.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "net/header_value.h"
#include "web/http/errors.h"
#include "web/http/numbers.h"

namespace gyr::web {
namespace {

constexpr uint32_t mapped_bits = 96;  // of an IPv4 address within an IPv6 address

/// The 16 bytes of an address; `is_v4` tells its form. False if it is none.
bool read_address(const std::string& text, std::array<uint8_t, 16>& bytes, bool& is_v4) {
  in_addr v4;
  is_v4 = ::inet_pton(AF_INET, text.c_str(), &v4) == 1;
  if (!is_v4) return ::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
  bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  std::memcpy(bytes.data() + 12, &v4, sizeof(v4));
  return true;
}

/// Of a list that several proxies have appended to, the first.
std::string_view first_of(std::optional<std::string_view> list) {
  if (!list) return {};
  return base::trim(list->substr(0, list->find(',')));
}

bool is_port(std::string_view text) {
  uint32_t port = 0;
  return read_number(text, port) && port > 0 && port <= 65'535;
}

/// The host without its port; an IPv6 address keeps its brackets.
std::string_view without_port(std::string_view host) {
  const size_t colon = host.rfind(':');
  if (colon == std::string_view::npos || host.find(']', colon) != std::string_view::npos) return host;
  return host.substr(0, colon);
}

bool has_port(std::string_view host) { return without_port(host).size() != host.size(); }

}  // namespace

bool is_host(std::string_view text) {
  return !text.empty() && text.size() <= 255 && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_' || c == ':' || c == '[' || c == ']';
  });
}

const std::vector<std::string>& private_networks() {
  static const std::vector<std::string> networks = {"127.0.0.0/8",    "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
                                                    "169.254.0.0/16", "::1",        "fc00::/7",      "fe80::/10"};
  return networks;
}

base::Result<Network> Network::parse(std::string_view text) {
  const size_t slash = text.find('/');
  Network network;
  bool is_v4 = false;
  const bool is_address = read_address(std::string(text.substr(0, slash)), network.address_, is_v4);
  uint32_t bits = is_v4 ? 32 : 128;
  bool is_length = true;
  if (slash != std::string_view::npos) {
    is_length = read_number(text.substr(slash + 1), network.bits_) && network.bits_ <= bits;
    bits = network.bits_;
  }
  if (!is_address || !is_length)
    return base::fail(bad_argument, fmt::format("`{}` is not an address or a network such as 10.0.0.0/8", text));
  network.bits_ = bits + (is_v4 ? mapped_bits : 0);
  return network;
}

bool Network::contains(std::string_view address) const {
  std::array<uint8_t, 16> bytes;
  bool is_v4 = false;
  // A link-local address has its interface behind a percent sign.
  if (!read_address(std::string(address.substr(0, address.find('%'))), bytes, is_v4)) return false;
  const uint32_t whole = bits_ / 8;
  if (!std::equal(bytes.begin(), bytes.begin() + whole, address_.begin())) return false;
  const uint32_t rest = bits_ % 8;
  return rest == 0 || ((bytes[whole] ^ address_[whole]) >> (8 - rest)) == 0;
}

base::Result<std::shared_ptr<const HostResolution>> HostResolution::make(HostOptions options) {
  auto made = std::make_shared<HostResolution>();
  for (const std::string& network : options.trusted_proxies) {
    auto parsed = Network::parse(network);
    if (!parsed) return base::fail(bad_argument, "`gyr.trusted-proxies`: " + parsed.error().message());
    made->trusted_.push_back(*parsed);
  }
  for (const std::string& pattern : options.allowed_hosts) {
    auto compiled = text::Regex::compile(pattern);
    if (!compiled)
      return base::fail(bad_argument, fmt::format("`micronaut.server.host-resolution.allowed-hosts`: `{}` is not a "
                                                  "regular expression: {}",
                                                  pattern, compiled.error().message()));
    made->allowed_.push_back(*std::move(compiled));
  }
  made->options_ = std::move(options);
  return std::shared_ptr<const HostResolution>(std::move(made));
}

bool HostResolution::trusts(std::string_view peer) const {
  return std::ranges::any_of(trusted_, [peer](const Network& network) { return network.contains(peer); });
}

struct HostResolution::Origin {
  std::string scheme = "http";
  std::string host;
  std::string port;
};

/// What a proxy says, by the headers that are configured, or else by the usual ones.
HostResolution::Origin HostResolution::claimed(const net::Headers& headers) const {
  Origin origin;
  const auto set_scheme = [&origin](std::string_view scheme) {
    if (base::equals_ignoring_case(scheme, "https")) origin.scheme = "https";
  };
  const auto set_port = [&origin](std::string_view port) {
    if (is_port(port)) origin.port = port;
  };
  const HostOptions& given = options_;
  if (!given.host_header.empty() || !given.protocol_header.empty() || !given.port_header.empty()) {
    if (!given.host_header.empty()) {
      std::string_view host = first_of(headers.get(given.host_header));
      const bool is_usual = base::equals_ignoring_case(given.host_header, "Host");
      origin.host = given.port_in_host || is_usual || given.port_header.empty() ? host : without_port(host);
    }
    if (!given.protocol_header.empty()) set_scheme(first_of(headers.get(given.protocol_header)));
    if (!given.port_header.empty()) set_port(first_of(headers.get(given.port_header)));
    return origin;
  }
  if (const auto forwarded = headers.get("Forwarded")) {
    // RFC 7239: `for=…;host=…;proto=https`. Its pairs look like the parameters of a value.
    if (auto parsed = net::parse_parameterised(fmt::format("x;{}", first_of(forwarded)))) {
      origin.host = parsed->parameter("host").value_or("");
      set_scheme(parsed->parameter("proto").value_or(""));
    }
    return origin;
  }
  origin.host = first_of(headers.get("X-Forwarded-Host"));
  set_scheme(first_of(headers.get("X-Forwarded-Proto")));
  // Without a host of its own, the port belongs to the Host header, which has it.
  if (!origin.host.empty()) set_port(first_of(headers.get("X-Forwarded-Port")));
  return origin;
}

std::string HostResolution::origin_of(const net::ServerRequest& request) const {
  Origin origin = trusts(request.peer) ? claimed(request.headers) : Origin();
  if (!is_host(origin.host)) origin.host = std::string(request.headers.get("Host").value_or(""));
  if (!is_host(origin.host)) return origin.scheme + "://localhost";
  const bool is_usual_port = origin.port == (origin.scheme == "https" ? "443" : "80");
  if (!origin.port.empty() && !options_.port_header.empty()) origin.host = std::string(without_port(origin.host));
  std::string url = fmt::format("{}://{}", origin.scheme, origin.host);
  if (!origin.port.empty() && !is_usual_port && !has_port(origin.host)) url += ":" + origin.port;
  const bool is_allowed = allowed_.empty() || std::ranges::any_of(allowed_, [&url](const auto& pattern) {
                            return pattern->matches_whole(url).value_or(false);
                          });
  return is_allowed ? url : origin.scheme + "://localhost";
}

}  // namespace gyr::web

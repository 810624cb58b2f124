#include "net/http_syntax.h"

#include <arpa/inet.h>

namespace gyr::net {
namespace {

/// A DNS name has at most 253 characters; a little more is let through, since a name need not be of DNS.
constexpr size_t max_host_bytes = 255;
constexpr size_t max_port_digits = 5;

constexpr bool is_alnum(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

constexpr std::array<bool, 256> token_table = [] {
  std::array<bool, 256> table{};
  for (int c = 0; c < 128; ++c) table[static_cast<size_t>(c)] = is_alnum(static_cast<char>(c));
  for (char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

bool is_port(std::string_view text) {
  if (text.size() > max_port_digits) return false;
  unsigned port = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return false;
    port = port * 10 + static_cast<unsigned>(c - '0');
  }
  return port <= 65535;
}

bool is_ipv6(std::string_view text) {
  char buffer[INET6_ADDRSTRLEN] = {};
  if (text.size() >= sizeof buffer) return false;
  text.copy(buffer, text.size());
  in6_addr address;
  return inet_pton(AF_INET6, buffer, &address) == 1;
}

struct ReasonPhrase {
  int status;
  std::string_view text;
};

// By status.
constexpr auto reason_phrases = std::to_array<ReasonPhrase>({
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {207, "Multi-Status"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {423, "Locked"},
    {424, "Failed Dependency"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
    {508, "Loop Detected"},
    {511, "Network Authentication Required"},
});

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return token_table[static_cast<unsigned char>(c)]; });
}

bool is_header_value(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || c == '\t';
  });
}

bool is_valid_host(std::string_view text) {
  if (text.empty() || text.size() > max_host_bytes + 1 + max_port_digits) return false;
  if (text.front() == '[') {
    size_t close = text.find(']');
    if (close == std::string_view::npos || !is_ipv6(text.substr(1, close - 1))) return false;
    std::string_view rest = text.substr(close + 1);
    return rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
  }
  size_t colon = text.find(':');
  if (colon != std::string_view::npos && !is_port(text.substr(colon + 1))) return false;
  std::string_view host = text.substr(0, colon);
  if (host.empty() || host.size() > max_host_bytes) return false;
  return std::ranges::all_of(host, [](char c) { return is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~'; });
}

std::string_view reason_phrase(int status) {
  auto found = std::ranges::lower_bound(reason_phrases, status, {}, &ReasonPhrase::status);
  return found != reason_phrases.end() && found->status == status ? found->text : std::string_view();
}

}  // namespace gyr::net

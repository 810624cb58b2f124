#include "plugins/core/http/address.h"

#include "base/text.h"
#include "expression/template.h"
#include "plugin_api/run_context.h"

namespace gyr::plugins::core {
namespace {

using base::Value;

bool is_unreserved(char character) {
  return std::isalnum(static_cast<unsigned char>(character)) != 0 ||
         std::string_view("-._~").find(character) != std::string_view::npos;
}

void append_encoded(std::string& out, std::string_view text, bool plus_for_space) {
  for (char character : text) {
    if (is_unreserved(character)) {
      out += character;
    } else if (plus_for_space && character == ' ') {
      out += '+';
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(character));
    }
  }
}

void append_pairs(std::string& out, const Value& map, bool form) {
  auto append_pair = [&](std::string_view name, const Value& value) {
    if (!out.empty()) out += '&';
    append_encoded(out, name, form);
    out += '=';
    append_encoded(out, value.is_null() ? std::string() : expression::to_text(value), form);
  };
  for (const auto& entry : map.entries()) {
    if (!form && entry.value.is_list()) {
      for (const Value& item : entry.value.items()) append_pair(entry.name(), item);
    } else {
      append_pair(entry.name(), entry.value);
    }
  }
}

/// Percent-encodes spaces and characters beyond ASCII; refuses characters that are not valid in a URL.
base::Result<std::string> legal_uri(std::string_view uri) {
  std::string out;
  for (size_t i = 0; i < uri.size(); ++i) {
    auto byte = static_cast<unsigned char>(uri[i]);
    if (byte == ' ') {
      out += "%20";
    } else if (byte >= 0x80) {
      out += fmt::format("%{:02X}", byte);
    } else if (byte < 0x20 || byte == 0x7F || std::string_view("\"<>\\^`{|}").find(uri[i]) != std::string_view::npos) {
      return base::fail(base::Error(plugin::task_failed, fmt::format("Illegal character in the address at index {}: {}",
                                                                     i, base::repair_utf8(uri.substr(0, 1000))))
                            .with_hint("encode it with the filter `urlencode`"));
    } else {
      out += uri[i];
    }
  }
  return out;
}

}  // namespace

base::Result<HttpAddress> build_address(std::string_view uri, const Value& params) {
  HttpAddress address;
  GYR_TRY(address.uri, legal_uri(base::trim(uri)));
  size_t colon = address.uri.find("://");
  address.scheme =
      base::to_lower_ascii(std::string_view(address.uri).substr(0, colon == std::string::npos ? 0 : colon));
  if (address.scheme != "http" && address.scheme != "https") {
    return base::fail(
        base::Error(plugin::task_failed,
                    fmt::format("cannot send a request to `{}`: the URL must begin with `http://` or `https://`",
                                address.uri.substr(0, 1000)))
            .with_hint(colon == std::string::npos ? "the scheme is missing" : "use the task type of the protocol"));
  }
  std::string_view rest = std::string_view(address.uri).substr(colon + 3);
  std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (size_t at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
  bool bracketed = authority.starts_with('[') && authority.find(']') != std::string_view::npos;
  address.host = bracketed ? authority.substr(1, authority.find(']') - 1) : authority.substr(0, authority.find(':'));
  if (address.host.empty()) {
    return base::fail(plugin::task_failed, fmt::format("the URL `{}` has no host", address.uri.substr(0, 1000)));
  }
  if (params.is_map() && params.size() > 0) {
    std::string query;
    append_pairs(query, params, false);
    std::string fragment;
    if (size_t hash = address.uri.find('#'); hash != std::string::npos) {
      fragment = address.uri.substr(hash);
      address.uri.resize(hash);
    }
    bool has_query = address.uri.find('?') != std::string::npos;
    if (!query.empty()) address.uri += (has_query ? (address.uri.ends_with('?') ? "" : "&") : "?") + query;
    address.uri += fragment;
  }
  return address;
}

std::string form_text(const Value& map) {
  std::string out;
  append_pairs(out, map, true);
  return out;
}

}  // namespace gyr::plugins::core

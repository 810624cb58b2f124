#include "connectors/oauth1.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "base/text.h"
#include "connectors/definition.h"
#include "net/url.h"

namespace gyr::connectors {
namespace {

/// The parameters of the protocol, but for the signature, in the order of their names.
net::QueryList protocol_parameters(const OAuth1& credentials) {
  net::QueryList list = {
      {"oauth_consumer_key", credentials.consumer_key},
      {"oauth_nonce", credentials.nonce},
      {"oauth_signature_method", credentials.method == OAuth1Method::plaintext ? "PLAINTEXT" : "HMAC-SHA1"},
      {"oauth_timestamp", std::to_string(credentials.timestamp)}};
  if (!credentials.token.empty()) list.emplace_back("oauth_token", credentials.token);
  return list;
}

}  // namespace

base::Result<std::string> oauth1_base_string(const OAuth1& credentials, std::string_view method, std::string_view url,
                                             std::string_view form) {
  GYR_TRY(const net::Url address, net::parse_url(url));
  GYR_TRY(net::QueryList list, net::parse_query(address.query.value_or(""), net::Plus::blank));
  GYR_TRY(const net::QueryList fields, net::parse_query(form, net::Plus::blank));
  list.insert(list.end(), fields.begin(), fields.end());
  for (auto& one : protocol_parameters(credentials)) list.push_back(std::move(one));
  for (auto& [name, value] : list) {
    name = net::percent_encode(name);
    value = net::percent_encode(value);
  }
  std::ranges::sort(list);
  std::string parameters;
  for (const auto& [name, value] : list) {
    if (!parameters.empty()) parameters += '&';
    parameters += name + "=" + value;
  }
  net::Url plain = address;
  if (plain.port == (plain.scheme == "https" ? 443 : 80)) plain.port.reset();
  return fmt::format("{}&{}&{}", method,
                     net::percent_encode(fmt::format("{}://{}{}", plain.scheme, plain.authority(), plain.path)),
                     net::percent_encode(parameters));
}

base::Result<std::string> oauth1_header(const OAuth1& credentials, std::string_view method, std::string_view url,
                                        std::string_view form) {
  const std::string key =
      net::percent_encode(credentials.consumer_secret) + "&" + net::percent_encode(credentials.token_secret);
  std::string signature = key;
  if (credentials.method == OAuth1Method::hmac_sha1) {
    GYR_TRY(const std::string text, oauth1_base_string(credentials, method, url, form));
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0;
    if (HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
             text.size(), digest, &length) == nullptr)
      return base::fail(bad_property, "cannot sign with HMAC-SHA1");
    signature = base::base64_encode(std::string_view(reinterpret_cast<const char*>(digest), length));
  }
  std::string header = "OAuth ";
  for (const auto& [name, value] : protocol_parameters(credentials))
    header += fmt::format("{}=\"{}\", ", name, net::percent_encode(value));
  return header + fmt::format("oauth_signature=\"{}\"", net::percent_encode(signature));
}

}  // namespace gyr::connectors

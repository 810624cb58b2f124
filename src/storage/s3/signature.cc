#include "storage/s3/signature.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <ctime>

#include "base/assert.h"
#include "base/text.h"

namespace gyr::storage::s3 {
namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

std::string hmac(std::string_view key, std::string_view message) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  const auto* made = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                          reinterpret_cast<const unsigned char*>(message.data()), message.size(), digest, &size);
  GYR_ASSERT(made != nullptr);
  return {reinterpret_cast<const char*>(digest), size};
}

/// Without blanks at the ends, several blanks as one.
std::string trimmed_header(std::string_view value) {
  std::string out;
  for (const char c : base::trim(value)) {
    if (c != ' ' || !out.ends_with(' ')) out.push_back(c);
  }
  return out;
}

}  // namespace

std::string signature_time(base::Instant at) {
  const std::time_t seconds = at.seconds;
  std::tm parts = {};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::string sha256_hex(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  GYR_ASSERT(EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr) == 1);
  return base::hex_encode({reinterpret_cast<const char*>(digest), size});
}

std::string canonical_query(net::QueryList query) {
  for (auto& [name, value] : query) {
    name = net::percent_encode(name);
    value = net::percent_encode(value);
  }
  std::ranges::sort(query);
  std::string out;
  for (const auto& [name, value] : query) out += fmt::format("{}{}={}", out.empty() ? "" : "&", name, value);
  return out;
}

std::string authorization(const SignedRequest& request, const Credentials& credentials, std::string_view region,
                          std::string_view service, std::string_view time) {
  auto headers = request.headers;
  std::ranges::sort(headers);
  std::string lines;
  std::string names;
  for (const auto& [name, value] : headers) {
    lines += fmt::format("{}:{}\n", name, trimmed_header(value));
    names += fmt::format("{}{}", names.empty() ? "" : ";", name);
  }
  const std::string canonical = fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method, request.path,
                                            canonical_query(request.query), lines, names, request.payload_hash);
  const std::string_view date = time.substr(0, 8);
  const std::string scope = fmt::format("{}/{}/{}/aws4_request", date, region, service);
  const std::string to_sign = fmt::format("{}\n{}\n{}\n{}", algorithm, time, scope, sha256_hex(canonical));
  std::string key = hmac("AWS4" + credentials.secret_key, date);
  for (const std::string_view part : {region, service, std::string_view("aws4_request")}) key = hmac(key, part);
  return fmt::format("{} Credential={}/{}, SignedHeaders={}, Signature={}", algorithm, credentials.access_key, scope,
                     names, base::hex_encode(hmac(key, to_sign)));
}

}  // namespace gyr::storage::s3

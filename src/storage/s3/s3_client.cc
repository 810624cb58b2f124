#include "storage/s3/s3_client.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ctime>

#include "base/log.h"
#include "storage/s3/user_metadata.h"
#include "syntax/time.h"

namespace gyr::storage::s3 {
namespace {

/// An XML answer: a page of a listing has a thousand keys of at most 1,024 bytes, which may be escaped.
constexpr size_t max_answer = 32 << 20;
/// Of an answer that says what is wrong.
constexpr size_t max_refusal = 64 << 10;
constexpr std::chrono::milliseconds connect_timeout{10'000};
/// For a request whose body is small and whose response is not streamed.
constexpr std::chrono::milliseconds whole_timeout{300'000};

bool is_address(const std::string& host) {
  in6_addr address = {};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1 || ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

/// Whether a bucket's name can be part of a host's.
bool fits_into_host(std::string_view bucket, bool tls) {
  return std::ranges::all_of(bucket, [tls](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || (c == '.' && !tls);
  });
}

uint64_t number_in(std::string_view text) {
  uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

int64_t http_date_ms(std::string_view text) {
  std::tm parts = {};
  const std::string copy(text);
  if (::strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S", &parts) == nullptr) return 0;
  return static_cast<int64_t>(::timegm(&parts)) * 1'000;
}

int64_t iso_date_ms(std::string_view text) {
  const auto instant = syntax::parse_instant(text);
  return instant ? instant->to_millis() : 0;
}

/// Keys of a listing with `encoding-type=url`.
base::Result<std::string> decoded(std::string_view text, bool encoded) {
  if (!encoded) return std::string(text);
  return net::percent_decode(text, net::Plus::blank);
}

}  // namespace

base::Result<net::Url> address_of(const S3Options& options) {
  const auto wrong = [](std::string message) { return base::fail(storage_misconfigured, std::move(message)); };
  if (options.bucket.empty()) return wrong("no bucket is configured for the storage");
  const bool plain = std::ranges::all_of(options.bucket, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
           c == '_';
  });
  if (!plain || options.bucket.size() > 255 || options.bucket.starts_with('.')) {
    return wrong(fmt::format("`{}` is not a valid bucket name", options.bucket.substr(0, 300)));
  }
  if (options.region.empty() || !std::ranges::all_of(options.region, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
      })) {
    return wrong(fmt::format("`{}` is not a valid region name", options.region.substr(0, 300)));
  }
  std::string endpoint = options.endpoint;
  if (endpoint.empty()) endpoint = fmt::format("https://s3.{}.amazonaws.com", options.region);
  auto url = net::parse_url(endpoint);
  if (!url)
    return base::fail(
        base::Error(storage_misconfigured, fmt::format("the endpoint of the storage: {}", url.error().message())));
  if (url->scheme != "http" && url->scheme != "https")
    return wrong(fmt::format("the scheme of the endpoint `{}` must be http or https", url->to_string()));
  if (url->path != "/" || url->query || !url->user.empty()) {
    return wrong(fmt::format("the endpoint `{}` must consist of a scheme, a host and a port", url->to_string()));
  }
  url->fragment.reset();
  const bool tls = url->scheme == "https";
  const bool in_path = options.path_style || is_address(url->host) || !fits_into_host(options.bucket, tls);
  if (in_path) {
    url->path = "/" + options.bucket + "/";
  } else {
    url->host = options.bucket + "." + url->host;
  }
  if (url->port == (tls ? 443 : 80)) url->port.reset();
  return *std::move(url);
}

Client::Client(S3Options options, CredentialSource& credentials, const base::Clock& clock, RetryRules rules,
               Pauses& pauses)
    : options_(std::move(options)),
      credentials_(credentials),
      clock_(clock),
      rules_(rules),
      pauses_(pauses),
      address_(address_of(options_).value_or(net::Url())),
      path_(address_.path),
      http_(net::make_http_client()),
      waiting_(*http_),
      upkeep_(net::make_pool("s3-upkeep", 1)) {}

Client::~Client() { upkeep_->stop(); }

std::string Client::shown(std::string_view key) const { return fmt::format("s3://{}/{}", options_.bucket, key); }

base::Result<net::ClientRequest> Client::signed_request(const Call& call) {
  GYR_TRY(const Credentials credentials, credentials_.get());
  const std::string time = signature_time(clock_.now());
  const std::string hash = sha256_hex(call.body);
  // The path of the bucket alone has no trailing slash if the bucket is in the path.
  std::string path = call.key.empty() && path_.size() > 1 ? path_.substr(0, path_.size() - 1) : path_;
  path += net::percent_encode_path(call.key);
  SignedRequest covered{
      .method = call.method, .path = path, .query = call.query, .headers = call.headers, .payload_hash = hash};
  covered.headers.emplace_back("x-amz-content-sha256", hash);
  covered.headers.emplace_back("x-amz-date", time);
  if (!credentials.session_token.empty())
    covered.headers.emplace_back("x-amz-security-token", credentials.session_token);
  const size_t sent = covered.headers.size();
  covered.headers.emplace_back("host", address_.authority());  // written by the HTTP client

  net::ClientRequest request;
  request.headers.add("Authorization", authorization(covered, credentials, options_.region, "s3", time));
  for (size_t i = 0; i < sent; ++i) request.headers.add(covered.headers[i].first, covered.headers[i].second);
  request.headers.add("Accept-Encoding", "identity");
  net::Url url = address_;
  url.path = path;
  if (!call.query.empty()) url.query = canonical_query(call.query);
  request.method = call.method;
  request.url = url.to_string();
  request.body = call.body;
  request.connect_timeout = connect_timeout;
  request.read_idle_timeout = options_.idle_timeout;
  request.follow_redirects = false;  // a signature is for one host
  request.ca_pem = options_.ca_pem;
  request.client_certificate_pem = options_.client_certificate_pem;
  request.client_key_pem = options_.client_key_pem;
  request.proxy = options_.proxy;
  return request;
}

base::Result<net::ClientResponse> Client::call(const Call& call) {
  GYR_TRY(net::ClientRequest request, signed_request(call));
  request.max_body_bytes = max_answer;
  request.total_timeout = whole_timeout;
  auto response = waiting_.send(std::move(request));
  if (!response) return base::fail(unanswered_error(*this, call, response.error()));
  if (response->status < 200 || response->status > 299) {
    return base::fail(answered_error(*this, call, response->status, response->headers, response->body));
  }
  return *std::move(response);
}

base::Result<XmlElement> Client::call_xml(const Call& call) {
  GYR_TRY(net::ClientResponse response, this->call(call));
  auto root = parse_xml(response.body);
  if (!root) return base::fail(root.error().with_prefix(fmt::format("cannot {} {}: ", call.what, shown(call.key))));
  if (root->name == "Error") return base::fail(told_error(*this, call, response.status, response.headers, *root));
  return *std::move(root);
}

base::Result<net::WaitedResponse> Client::open(const Call& call) {
  GYR_TRY(net::ClientRequest request, signed_request(call));
  auto response = waiting_.open(std::move(request));
  if (!response) return base::fail(unanswered_error(*this, call, response.error()));
  if (response->status >= 200 && response->status <= 299) return *std::move(response);
  std::string body;
  while (body.size() < max_refusal) {
    auto piece = response->body->next();
    if (!piece || piece->empty()) break;  // what came will have to do
    body += *piece;
  }
  return base::fail(answered_error(*this, call, response->status, response->headers, body));
}

base::Result<Page> Client::list(const std::string& prefix, bool folders, const std::string& after, size_t most) {
  Call call{.what = "list", .query = {{"list-type", "2"}, {"prefix", prefix}, {"encoding-type", "url"}}};
  call.query.emplace_back("max-keys", std::to_string(most));
  if (folders) call.query.emplace_back("delimiter", "/");
  if (!after.empty()) call.query.emplace_back("continuation-token", after);
  GYR_TRY(const XmlElement root, call_xml(call));
  if (root.name != "ListBucketResult") {
    return base::fail(storage_failed,
                      fmt::format("cannot list {}: the response is a `{}`", shown(prefix), root.name.substr(0, 100)));
  }
  const bool encoded = root.text_of("EncodingType") == "url";
  Page page;
  for (const XmlElement& element : root.children) {
    if (element.name == "Contents") {
      GYR_TRY(std::string key, decoded(element.text_of("Key"), encoded));
      page.objects.push_back(
          {std::move(key), number_in(element.text_of("Size")), iso_date_ms(element.text_of("LastModified"))});
    } else if (element.name == "CommonPrefixes") {
      GYR_TRY(std::string common, decoded(element.text_of("Prefix"), encoded));
      page.prefixes.push_back(std::move(common));
    }
  }
  if (root.text_of("IsTruncated") == "true") {
    page.next = root.text_of("NextContinuationToken");
    if (page.next.empty())
      return base::fail(
          storage_failed,
          fmt::format("cannot list {}: a page has no continuation token and is not marked as the last page",
                      shown(prefix)));
  }
  return page;
}

base::Result<std::optional<ObjectHead>> Client::head(const std::string& key) {
  auto response = call({.what = "look at", .method = "HEAD", .key = key});
  if (!response && response.error().code() == file_not_found) return std::nullopt;
  if (!response) return base::fail(response.error());
  ObjectHead head;
  head.size = number_in(response->headers.get("Content-Length").value_or("0"));
  head.modified_ms = http_date_ms(response->headers.get("Last-Modified").value_or(""));
  head.etag = response->headers.get("ETag").value_or("");
  head.metadata = metadata_of(response->headers);
  return head;
}

void Client::abandon_upload(std::string key, std::string upload) {
  upkeep_->post([this, key = std::move(key), upload = std::move(upload)] {
    auto done = call({.what = "abort the upload of", .method = "DELETE", .key = key, .query = {{"uploadId", upload}}});
    // A rule of the bucket has to remove it then (docs/users/storage.md).
    if (!done && done.error().code() != file_not_found) base::log::warn("{}", done.error().message());
  });
}

}  // namespace gyr::storage::s3

#include "storage/s3/testing/fake_s3.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include "base/text.h"
#include "storage/s3/xml.h"

namespace gyr::storage::s3::testing {
namespace {

constexpr std::string_view bucket = "files";
constexpr std::string_view region = "test-1";
constexpr std::string_view described_prefix = "x-amz-meta-";
constexpr base::Instant began{1'700'000'000, 0};

std::string value_of(const net::QueryList& query, std::string_view name) {
  for (const auto& [key, value] : query) {
    if (key == name) return value;
  }
  return {};
}

bool has(const net::QueryList& query, std::string_view name) {
  return std::ranges::any_of(query, [name](const auto& pair) { return pair.first == name; });
}

std::string etag_of(std::string_view bytes, int parts) {
  std::string hash = sha256_hex(bytes).substr(0, 32);
  return parts == 0 ? fmt::format("\"{}\"", hash) : fmt::format("\"{}-{}\"", hash, parts);
}

net::ServerResponse xml(std::string body) {
  net::ServerResponse response;
  response.headers.add("Content-Type", "application/xml");
  response.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + std::move(body);
  return response;
}

net::ServerResponse empty(int status) {
  net::ServerResponse response;
  response.status = status;
  return response;
}

std::string md5_of(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_md5(), nullptr);
  return base::base64_encode({reinterpret_cast<const char*>(digest), size});
}

/// First and last byte of `bytes=1-2` or `bytes=1-`.
std::optional<std::pair<size_t, size_t>> range_of(std::string_view header, size_t size) {
  if (!header.starts_with("bytes=")) return std::nullopt;
  header.remove_prefix(6);
  const size_t dash = header.find('-');
  const size_t first = std::stoull(std::string(header.substr(0, dash)));
  const std::string end(header.substr(dash + 1));
  const size_t last = end.empty() ? size - 1 : std::stoull(end);
  if (first >= size || last >= size) return std::nullopt;
  return std::pair(first, last);
}

}  // namespace

struct FakeS3::Asked {
  const net::ServerRequest& request;
  const std::string& body;
  std::string path;  // as sent
  std::string key;   // decoded, without the bucket
  net::QueryList query;

  std::string header(std::string_view name) const { return std::string(request.headers.get(name).value_or("")); }
};

net::ServerResponse error_answer(int status, std::string_view code, std::string_view more) {
  net::ServerResponse response =
      xml(fmt::format("<Error><Code>{}</Code><Message>the test says so</Message>{}</Error>", code, more));
  response.status = status;
  return response;
}

FakeS3::FakeS3() : clock_(began) {
  server_ = std::make_unique<net::test::TestServer>(
      [this](net::ServerRequest request) { return answer(this, std::move(request)); });
}
FakeS3::~FakeS3() { server_.reset(); }

S3Options FakeS3::options() const {
  S3Options options;
  options.endpoint = server_->url("");
  options.region = region;
  options.bucket = bucket;
  options.path_style = true;
  options.part_bytes = 1'000;
  options.copy_bytes = 2'500;
  options.keys_a_page = 3;
  return options;
}

void FakeS3::set_hook(Hook hook) {
  std::lock_guard lock(mutex_);
  hook_ = std::move(hook);
}
void FakeS3::put(std::string key, std::string bytes) {
  std::lock_guard lock(mutex_);
  objects_[std::move(key)] = std::move(bytes);
}
void FakeS3::mark_parts(const std::string& key, int parts) {
  std::lock_guard lock(mutex_);
  part_counts_[key] = parts;
}
std::optional<std::string> FakeS3::get(const std::string& key) const {
  std::lock_guard lock(mutex_);
  auto found = objects_.find(key);
  return found == objects_.end() ? std::nullopt : std::optional(found->second);
}
void FakeS3::describe(const std::string& key, const std::string& name, std::string text) {
  std::lock_guard lock(mutex_);
  described_[key][std::string(described_prefix) + name] = std::move(text);
}
std::optional<std::string> FakeS3::described(const std::string& key, const std::string& name) const {
  std::lock_guard lock(mutex_);
  const auto object = described_.find(key);
  if (object == described_.end()) return std::nullopt;
  const auto found = object->second.find(std::string(described_prefix) + name);
  return found == object->second.end() ? std::nullopt : std::optional(found->second);
}
std::vector<std::string> FakeS3::keys() const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> keys;
  for (const auto& [key, bytes] : objects_) keys.push_back(key);
  return keys;
}
size_t FakeS3::open_uploads() const {
  std::lock_guard lock(mutex_);
  return uploads_.size();
}
std::vector<std::string> FakeS3::requests() const {
  std::lock_guard lock(mutex_);
  return requests_;
}
std::vector<std::string> FakeS3::problems() const {
  std::lock_guard lock(mutex_);
  return problems_;
}
void FakeS3::await_request(std::string_view beginning) {
  std::unique_lock lock(mutex_);
  asked_.wait(lock, [&] {
    return std::ranges::any_of(requests_, [&](const std::string& one) { return one.starts_with(beginning); });
  });
}

base::Task<net::ServerResponse> FakeS3::answer(FakeS3* self, net::ServerRequest request) {
  const auto body = co_await request.body->all(100'000'000);
  if (!body) co_return empty(400);
  Hook hook;
  {
    std::lock_guard lock(self->mutex_);
    hook = self->hook_;
  }
  std::optional<net::ServerResponse> instead;
  if (hook) instead = hook(request);
  net::ServerResponse response = instead ? *std::move(instead) : self->act(request, *body);
  std::lock_guard lock(self->mutex_);
  self->requests_.push_back(request.method + " " + request.target);
  self->asked_.notify_all();
  co_return response;
}

net::ServerResponse FakeS3::act(const net::ServerRequest& request, const std::string& body) {
  std::lock_guard lock(mutex_);
  const net::Target target = net::split_target(request.target);
  Asked asked{request, body, std::string(target.path), {}, {}};
  auto query = net::parse_query(target.query, net::Plus::keep);
  auto path = net::percent_decode(target.path);
  if (!query || !path) return unknown(asked);
  asked.query = *std::move(query);
  const std::string root = fmt::format("/{}", bucket);
  if (*path != root && !path->starts_with(root + "/")) return error_answer(404, "NoSuchBucket");
  asked.key = path->size() > root.size() ? path->substr(root.size() + 1) : "";
  if (auto no = refused(asked)) return *std::move(no);
  if (asked.key.empty()) return of_bucket(asked);
  return has(asked.query, "uploads") || has(asked.query, "uploadId") ? of_upload(asked) : of_object(asked);
}

std::optional<net::ServerResponse> FakeS3::refused(const Asked& asked) const {
  const std::string sent = asked.header("Authorization");
  const std::string time = asked.header("x-amz-date");
  const size_t names_at = sent.find("SignedHeaders=");
  if (names_at == std::string::npos) return error_answer(403, "AccessDenied");
  if (!sent.starts_with("AWS4-HMAC-SHA256 Credential=" + credentials().access_key + "/")) {
    return error_answer(403, "InvalidAccessKeyId");
  }
  if (time != signature_time(clock_.now()))
    return error_answer(403, "RequestTimeTooSkewed", "<ServerTime>2023-11-14T22:13:20Z</ServerTime>");
  const std::string hash = asked.header("x-amz-content-sha256");
  SignedRequest covered{
      .method = asked.request.method, .path = asked.path, .query = asked.query, .headers = {}, .payload_hash = hash};
  const size_t begin = names_at + std::string_view("SignedHeaders=").size();
  const std::string names = sent.substr(begin, sent.find(',', begin) - begin);
  for (const std::string_view name : base::split(names, ';')) covered.headers.emplace_back(name, asked.header(name));
  // Whatever the store obeys has to be signed.
  for (const auto& [name, value] : asked.request.headers.fields()) {
    const std::string lower = base::to_lower_ascii(name);
    const bool matters = lower == "host" || lower == "range" || lower == "content-md5" || lower.starts_with("x-amz-");
    const auto parts = base::split(names, ';');
    if (matters && std::ranges::find(parts, lower) == parts.end()) return error_answer(403, "AccessDenied");
  }
  if (authorization(covered, credentials(), region, "s3", time) != sent)
    return error_answer(403, "SignatureDoesNotMatch");
  if (sha256_hex(asked.body) != hash) return error_answer(400, "XAmzContentSHA256Mismatch");
  return std::nullopt;
}

net::ServerResponse FakeS3::unknown(const Asked& asked) {
  problems_.push_back(asked.request.method + " " + asked.request.target);
  return error_answer(501, "NotImplemented");
}

net::ServerResponse FakeS3::of_bucket(const Asked& asked) {
  if (asked.request.method == "GET" && value_of(asked.query, "list-type") == "2") return listing(asked);
  if (asked.request.method == "POST" && has(asked.query, "delete")) return deletion(asked);
  return unknown(asked);
}

net::ServerResponse FakeS3::listing(const Asked& asked) const {
  const std::string prefix = value_of(asked.query, "prefix");
  const std::string delimiter = value_of(asked.query, "delimiter");
  std::string after = value_of(asked.query, "continuation-token");
  const size_t most = std::stoul(value_of(asked.query, "max-keys"));
  std::string body;
  std::string last;
  size_t count = 0;
  bool more = false;
  for (auto at = objects_.lower_bound(prefix); at != objects_.end() && at->first.starts_with(prefix); ++at) {
    const size_t cut = delimiter.empty() ? std::string::npos : at->first.find(delimiter, prefix.size());
    const std::string shown = cut == std::string::npos ? at->first : at->first.substr(0, cut + 1);
    if (shown <= after || shown == last) continue;
    if (count == most) {
      more = true;
      break;
    }
    count += 1;
    last = shown;
    const std::string name = net::percent_encode(shown);
    body += cut == std::string::npos ? fmt::format(
                                           "<Contents><Key>{}</Key><LastModified>2023-11-14T22:13:20.000Z</"
                                           "LastModified><Size>{}</Size></Contents>",
                                           name, at->second.size())
                                     : fmt::format("<CommonPrefixes><Prefix>{}</Prefix></CommonPrefixes>", name);
  }
  if (more) body += fmt::format("<NextContinuationToken>{}</NextContinuationToken>", xml_escaped(last));
  return xml(
      fmt::format("<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><EncodingType>url</EncodingType>"
                  "<IsTruncated>{}</IsTruncated>{}</ListBucketResult>",
                  more, body));
}

net::ServerResponse FakeS3::deletion(const Asked& asked) {
  if (asked.header("Content-MD5") != md5_of(asked.body)) return error_answer(400, "InvalidDigest");
  const auto root = parse_xml(asked.body);
  if (!root || root->name != "Delete") return error_answer(400, "MalformedXML");
  for (const XmlElement& child : root->children) {
    if (child.name != "Object") continue;
    objects_.erase(std::string(child.text_of("Key")));
    described_.erase(std::string(child.text_of("Key")));
  }
  return xml("<DeleteResult/>");
}

std::optional<std::string> FakeS3::copied(const Asked& asked) const {
  const auto source = net::percent_decode(asked.header("x-amz-copy-source"));
  const std::string root = fmt::format("/{}/", bucket);
  if (!source || !source->starts_with(root)) return std::nullopt;
  const auto found = objects_.find(source->substr(root.size()));
  if (found == objects_.end()) return std::nullopt;
  const std::string range = asked.header("x-amz-copy-source-range");
  if (range.empty()) return found->second.size() <= options().copy_bytes ? std::optional(found->second) : std::nullopt;
  const auto bytes = range_of(range, found->second.size());
  if (!bytes) return std::nullopt;
  return found->second.substr(bytes->first, bytes->second - bytes->first + 1);
}

/// What a request that makes an object says of it; a copy in one request has what its source has.
FakeS3::Described FakeS3::described_in(const Asked& asked) const {
  Described found;
  const auto source = net::percent_decode(asked.header("x-amz-copy-source"));
  if (source && !source->empty()) {
    const auto known = described_.find(source->substr(fmt::format("/{}/", bucket).size()));
    return known == described_.end() ? found : known->second;
  }
  for (const auto& [name, text] : asked.request.headers.fields()) {
    const std::string lower = base::to_lower_ascii(name);
    if (lower.starts_with(described_prefix)) found[lower] = text;
  }
  return found;
}

net::ServerResponse FakeS3::of_object(const Asked& asked) {
  const std::string& method = asked.request.method;
  if (!asked.query.empty()) return unknown(asked);
  if (method == "GET" || method == "HEAD") return reading(asked);
  if (method == "DELETE") {
    objects_.erase(asked.key);
    described_.erase(asked.key);
    return empty(204);
  }
  if (method != "PUT") return unknown(asked);
  if (asked.header("x-amz-copy-source").empty()) {
    objects_[asked.key] = asked.body;
    described_[asked.key] = described_in(asked);
    part_counts_.erase(asked.key);
    net::ServerResponse response = empty(200);
    response.headers.add("ETag", etag_of(asked.body, 0));
    return response;
  }
  const auto bytes = copied(asked);
  if (!bytes) return error_answer(404, "NoSuchKey");
  objects_[asked.key] = *bytes;
  described_[asked.key] = described_in(asked);
  return xml(fmt::format("<CopyObjectResult><ETag>{}</ETag></CopyObjectResult>", etag_of(*bytes, 0)));
}

net::ServerResponse FakeS3::reading(const Asked& asked) const {
  const auto found = objects_.find(asked.key);
  if (found == objects_.end()) return error_answer(404, "NoSuchKey");
  const auto parts = part_counts_.find(asked.key);
  const std::string etag = etag_of(found->second, parts == part_counts_.end() ? 0 : parts->second);
  const std::string wanted = asked.header("if-match");
  if (!wanted.empty() && wanted != etag) return error_answer(412, "PreconditionFailed");
  net::ServerResponse response = empty(200);
  response.headers.add("ETag", etag);
  response.headers.add("Last-Modified", "Tue, 14 Nov 2023 22:13:20 GMT");
  if (const auto known = described_.find(asked.key); known != described_.end()) {
    for (const auto& [name, text] : known->second) response.headers.add(name, text);
  }
  response.body = found->second;
  if (const std::string range = asked.header("Range"); !range.empty()) {
    const auto bytes = range_of(range, found->second.size());
    if (!bytes) return error_answer(416, "InvalidRange");
    response.status = 206;
    response.body = found->second.substr(bytes->first, bytes->second - bytes->first + 1);
  }
  return response;
}

net::ServerResponse FakeS3::of_upload(const Asked& asked) {
  const std::string& method = asked.request.method;
  if (method == "POST" && has(asked.query, "uploads")) {
    const std::string id = fmt::format("upload/{}+", ++last_upload_);
    uploads_[id].key = asked.key;
    uploads_[id].described = described_in(asked);
    return xml(
        fmt::format("<InitiateMultipartUploadResult><UploadId>{}</UploadId></InitiateMultipartUploadResult>", id));
  }
  const std::string id = value_of(asked.query, "uploadId");
  const auto found = uploads_.find(id);
  if (found == uploads_.end() || found->second.key != asked.key) return error_answer(404, "NoSuchUpload");
  if (method == "DELETE") {
    uploads_.erase(found);
    return empty(204);
  }
  if (method == "POST") return completion(asked, id);
  if (method != "PUT") return unknown(asked);
  const int number = std::stoi(value_of(asked.query, "partNumber"));
  if (asked.header("x-amz-copy-source").empty()) {
    found->second.parts[number] = asked.body;
    net::ServerResponse response = empty(200);
    response.headers.add("ETag", etag_of(asked.body, 0));
    return response;
  }
  const auto bytes = copied(asked);
  if (!bytes) return error_answer(404, "NoSuchKey");
  found->second.parts[number] = *bytes;
  return xml(fmt::format("<CopyPartResult><ETag>{}</ETag></CopyPartResult>", etag_of(*bytes, 0)));
}

net::ServerResponse FakeS3::completion(const Asked& asked, const std::string& upload) {
  const auto root = parse_xml(asked.body);
  if (!root || root->name != "CompleteMultipartUpload") return error_answer(400, "MalformedXML");
  const Upload& made = uploads_[upload];
  std::string bytes;
  int parts = 0;
  for (const XmlElement& part : root->children) {
    const auto found = made.parts.find(std::stoi(std::string(part.text_of("PartNumber"))));
    if (found == made.parts.end() || part.text_of("ETag") != etag_of(found->second, 0))
      return error_answer(400, "InvalidPart");
    bytes += found->second;
    parts += 1;
  }
  objects_[asked.key] = std::move(bytes);
  part_counts_[asked.key] = parts;
  described_[asked.key] = made.described;
  uploads_.erase(upload);
  return xml("<CompleteMultipartUploadResult/>");
}

}  // namespace gyr::storage::s3::testing

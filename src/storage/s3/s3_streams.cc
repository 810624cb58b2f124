// Reading and writing objects in pieces.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/log.h"
#include "storage/s3/s3_client.h"
#include "storage/s3/user_metadata.h"

namespace gyr::storage::s3 {
namespace {

constexpr size_t max_parts = 10'000;    // S3's limit
constexpr size_t parts_a_size = 2'500;  // then parts double, so that 8 MB parts reach 293 GB with 64 MB at last
constexpr uint64_t copied_part = 1ULL << 30;

class ObjectSource final : public ByteSource {
 public:
  ObjectSource(std::shared_ptr<Client> client, std::string key, uint64_t offset)
      : client_(std::move(client)), key_(std::move(key)), at_(offset) {}

  /// Requests the data after at_.
  base::Result<void> open() {
    Call call{.what = "read", .key = key_};
    if (at_ > 0) call.headers.emplace_back("range", fmt::format("bytes={}-", at_));
    // The rest must come from the same object.
    if (!etag_.empty()) call.headers.emplace_back("if-match", etag_);
    auto response = client_->open(call);
    if (!response) return base::fail(response.error());
    if (at_ > 0 && response->status != 206) {
      return base::fail(storage_failed,
                        fmt::format("cannot read {} from byte {}: the object store returned the whole object",
                                    client_->shown(key_), at_));
    }
    if (etag_.empty()) {
      etag_ = response->headers.get("ETag").value_or("");
      set_metadata(metadata_of(response->headers));
    }
    left_.reset();
    if (auto length = response->headers.get("Content-Length")) {
      uint64_t number = 0;
      const auto [end, error] = std::from_chars(length->data(), length->data() + length->size(), number);
      if (error == std::errc() && end == length->data() + length->size()) left_ = number;
    }
    body_ = std::move(response->body);
    return {};
  }

  /// The object ends at or before the offset.
  void set_empty() { ended_ = true; }

  base::Result<size_t> read(char* buffer, size_t capacity) override {
    if (capacity == 0) return 0;
    for (int32_t attempt = 1; piece_at_ == piece_.size() && !ended_;) {
      auto pulled = pull();
      if (pulled) continue;
      body_.reset();
      if (!wait_to_try_again(client_->rules(), client_->pauses(), attempt++, pulled.error())) {
        return base::fail(pulled.error());
      }
    }
    const size_t size = std::min(capacity, piece_.size() - piece_at_);
    std::memcpy(buffer, piece_.data() + piece_at_, size);
    piece_at_ += size;
    return size;
  }

 private:
  base::Result<void> pull() {
    if (body_ == nullptr) {
      auto opened = open();
      // It was there when reading began.
      if (!opened && opened.error().code() == file_not_found)
        return base::fail(storage_failed, fmt::format("{} was removed while it was read", client_->shown(key_)));
      GYR_CHECK(opened);
    }
    auto piece = body_->next();
    if (!piece)
      return base::fail(storage_failed, fmt::format("cannot continue to read {} at byte {}: {}", client_->shown(key_),
                                                    at_, piece.error().message()));
    if (piece->empty()) {
      if (left_.value_or(0) > 0)
        return base::fail(
            storage_failed,
            fmt::format("cannot continue to read {} at byte {}: the response is truncated", client_->shown(key_), at_));
      ended_ = true;
      piece_.clear();
      piece_at_ = 0;
      return {};
    }
    piece_ = *std::move(piece);
    piece_at_ = 0;
    at_ += piece_.size();
    if (left_) *left_ -= std::min<uint64_t>(*left_, piece_.size());
    return {};
  }

  std::shared_ptr<Client> client_;
  const std::string key_;
  uint64_t at_;  ///< bytes before it have come
  std::string etag_;
  std::optional<uint64_t> left_;
  std::unique_ptr<net::WaitedBody> body_;
  std::string piece_;
  size_t piece_at_ = 0;
  bool ended_ = false;
};

class ObjectSink final : public ByteSink {
 public:
  ObjectSink(std::shared_ptr<Client> client, std::string key, std::string uri, HeaderList metadata)
      : client_(std::move(client)),
        key_(std::move(key)),
        uri_(std::move(uri)),
        metadata_(std::move(metadata)),
        part_bytes_(client_->options().part_bytes) {}
  ObjectSink(const ObjectSink&) = delete;
  ObjectSink& operator=(const ObjectSink&) = delete;
  ~ObjectSink() override {
    if (!upload_.empty()) client_->abandon_upload(key_, upload_);
  }

  base::Result<void> write(std::string_view bytes) override {
    while (!bytes.empty()) {
      // A part goes when more is there, so that what fits into one is one request.
      if (buffer_.size() == part_bytes_) GYR_CHECK(send_part());
      const size_t size = std::min(bytes.size(), part_bytes_ - buffer_.size());
      buffer_.append(bytes.substr(0, size));
      bytes.remove_prefix(size);
    }
    return {};
  }

  base::Result<std::string> finish() override {
    if (upload_.empty()) {
      const Call call{.what = "write", .method = "PUT", .key = key_, .headers = metadata_, .body = std::move(buffer_)};
      GYR_CHECK(tried_again(client_->rules(), client_->pauses(), [&] { return client_->call(call); }));
      return uri_;
    }
    GYR_CHECK(send_part());
    GYR_CHECK(complete_upload(*client_, key_, upload_, parts_, sent_));
    upload_.clear();
    return uri_;
  }

 private:
  base::Result<void> send_part() {
    if (upload_.empty()) {
      GYR_TRY(upload_, begin_upload(*client_, key_, metadata_));
    }
    const auto number = static_cast<int32_t>(parts_.size()) + 1;
    if (parts_.size() >= max_parts) {
      return base::fail(base::Error(storage_full, fmt::format("{} exceeds the limit of {} bytes of a multipart upload",
                                                              client_->shown(key_), sent_))
                            .with_hint("split it into several files"));
    }
    const Call call{.what = "write",
                    .method = "PUT",
                    .key = key_,
                    .query = {{"partNumber", std::to_string(number)}, {"uploadId", upload_}},
                    .body = std::move(buffer_)};
    auto response = tried_again(client_->rules(), client_->pauses(), [&] { return client_->call(call); });
    sent_ += call.body.size();
    buffer_ = std::string();
    if (!response && response.error().code() == file_not_found) {
      return base::fail(storage_failed,
                        fmt::format("the upload of {} was aborted by another client", client_->shown(key_)));
    }
    GYR_CHECK(response);
    const auto etag = response->headers.get("ETag");
    if (!etag)
      return base::fail(storage_failed, fmt::format("cannot write {}: the object store returned no ETag for a part",
                                                    client_->shown(key_)));
    parts_.push_back({number, std::string(*etag)});
    if (parts_.size() % parts_a_size == 0) part_bytes_ *= 2;
    return {};
  }

  std::shared_ptr<Client> client_;
  const std::string key_;
  const std::string uri_;
  const HeaderList metadata_;
  size_t part_bytes_;
  std::string buffer_;
  std::string upload_;  ///< empty until there is more than a part
  std::vector<Part> parts_;
  uint64_t sent_ = 0;
};

std::string copy_source(const Client& client, const std::string& key) {
  return "/" + client.options().bucket + "/" + net::percent_encode_path(key);
}

base::Result<void> copy_in_parts(Client& client, const std::string& from, const std::string& to, uint64_t size,
                                 const std::string& upload) {
  std::vector<Part> parts;
  const uint64_t part = std::min(copied_part, client.options().copy_bytes);
  for (uint64_t at = 0; at < size; at += part) {
    const auto number = static_cast<int32_t>(parts.size()) + 1;
    const uint64_t last = std::min(size, at + part) - 1;
    const Call call{.what = "copy",
                    .method = "PUT",
                    .key = to,
                    .query = {{"partNumber", std::to_string(number)}, {"uploadId", upload}},
                    .headers = {{"x-amz-copy-source", copy_source(client, from)},
                                {"x-amz-copy-source-range", fmt::format("bytes={}-{}", at, last)}}};
    GYR_TRY(const XmlElement result,
            tried_again(client.rules(), client.pauses(), [&] { return client.call_xml(call); }));
    parts.push_back({number, std::string(result.text_of("ETag"))});
  }
  return complete_upload(client, to, upload, parts, size);
}

}  // namespace

base::Result<std::unique_ptr<ByteSource>> open_source(std::shared_ptr<Client> client, std::string key,
                                                      uint64_t offset) {
  if (offset > 0) {
    // The end of an object is not a valid range.
    GYR_TRY(const auto head, client->head(key));
    if (!head) return base::fail(file_not_found, "File not found: " + client->shown(key));
    if (offset >= head->size) {
      auto source = std::make_unique<ObjectSource>(std::move(client), std::move(key), offset);
      source->set_empty();
      source->set_metadata(head->metadata);
      return std::unique_ptr<ByteSource>(std::move(source));
    }
  }
  auto source = std::make_unique<ObjectSource>(std::move(client), std::move(key), offset);
  GYR_CHECK(source->open());
  return std::unique_ptr<ByteSource>(std::move(source));
}

std::unique_ptr<ByteSink> open_sink(std::shared_ptr<Client> client, std::string key, std::string uri,
                                    HeaderList metadata) {
  return std::make_unique<ObjectSink>(std::move(client), std::move(key), std::move(uri), std::move(metadata));
}

base::Result<std::string> begin_upload(Client& client, const std::string& key, const HeaderList& metadata) {
  const Call call{.what = "write", .method = "POST", .key = key, .query = {{"uploads", ""}}, .headers = metadata};
  GYR_TRY(const XmlElement result, tried_again(client.rules(), client.pauses(), [&] { return client.call_xml(call); }));
  std::string upload(result.text_of("UploadId"));
  if (upload.empty())
    return base::fail(storage_failed,
                      fmt::format("cannot write {}: the object store returned no upload id", client.shown(key)));
  return upload;
}

base::Result<void> complete_upload(Client& client, const std::string& key, const std::string& upload,
                                   const std::vector<Part>& parts, uint64_t size) {
  Call call{.what = "write", .method = "POST", .key = key, .query = {{"uploadId", upload}}};
  call.headers = {{"content-type", "application/xml"}};
  call.body = "<CompleteMultipartUpload>";
  for (const Part& part : parts) {
    call.body +=
        fmt::format("<Part><PartNumber>{}</PartNumber><ETag>{}</ETag></Part>", part.number, xml_escaped(part.etag));
  }
  call.body += "</CompleteMultipartUpload>";
  auto result = tried_again(client.rules(), client.pauses(), [&] { return client.call_xml(call); });
  if (result) return {};
  if (result.error().code() != file_not_found) return base::fail(result.error());
  // The answer to a call before this one was lost, perhaps: then the object is there.
  GYR_TRY(const auto head, client.head(key));
  const std::string mark = fmt::format("-{}", parts.size());
  if (head && head->size == size && head->etag.find(mark) != std::string::npos) return {};
  return base::fail(storage_failed, fmt::format("the upload of {} was aborted by another client", client.shown(key)));
}

base::Result<void> copy_object(Client& client, const std::string& from, const std::string& to, uint64_t size) {
  if (size <= client.options().copy_bytes) {
    GYR_CHECK(client.call_xml(
        {.what = "copy", .method = "PUT", .key = to, .headers = {{"x-amz-copy-source", copy_source(client, from)}}}));
    return {};
  }
  // An upload begins without the metadata that a copy in one request takes along.
  GYR_TRY(const auto head, client.head(from));
  if (!head) return base::fail(file_not_found, "File not found: " + client.shown(from));
  GYR_TRY(const HeaderList metadata, metadata_headers(head->metadata));
  GYR_TRY(const std::string upload, begin_upload(client, to, metadata));
  auto copied = copy_in_parts(client, from, to, size, upload);
  if (!copied) client.abandon_upload(to, upload);
  return copied;
}

}  // namespace gyr::storage::s3

// Inside s3/ only: signed requests to one bucket, and the meaning of its responses.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "net/http.h"
#include "net/loop.h"
#include "net/url.h"
#include "net/waiting_client.h"
#include "storage/retrying_storage.h"
#include "storage/s3/credentials.h"
#include "storage/s3/s3_options.h"
#include "storage/s3/xml.h"

namespace gyr::storage::s3 {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

/// One request. Headers in lower case; the client adds those of the signature.
struct Call {
  std::string_view what;  ///< `read`, `write`: for messages
  std::string method = "GET";
  std::string key;  ///< not encoded; empty: the bucket
  net::QueryList query = {};
  HeaderList headers = {};
  std::string body = {};
};

/// The fields of an object in a listing.
struct Object {
  std::string key;
  uint64_t size = 0;
  int64_t modified_ms = 0;
};

/// One page of a listing.
struct Page {
  std::vector<Object> objects;
  std::vector<std::string> prefixes;  ///< what keys have in common up to the next slash
  std::string next;                   ///< token of the next page; empty: this was the last page
};

/// The fields of the head of an object.
struct ObjectHead {
  uint64_t size = 0;
  int64_t modified_ms = 0;
  std::string etag;
  Metadata metadata = {};
};

/// Requests to a bucket, each sent once. A missing object is file_not_found; failures that may pass are storage_failed.
/// Any thread that may wait.
class Client {
 public:
  Client(S3Options options, CredentialSource& credentials, const base::Clock& clock, RetryRules rules, Pauses& pauses);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// An answer of a 2xx status, whole.
  base::Result<net::ClientResponse> call(const Call& call);
  /// The same, parsed as XML. Some responses with status 200 report a failure only in their body.
  base::Result<XmlElement> call_xml(const Call& call);
  /// An answer of a 2xx status whose body is still arriving.
  base::Result<net::WaitedResponse> open(const Call& call);

  base::Result<Page> list(const std::string& prefix, bool folders, const std::string& after, size_t most);
  /// All pages; `visit` is called for each page.
  template <class Visit>
  base::Result<void> list_all(const std::string& prefix, bool folders, const Visit& visit);
  /// Nothing if the object does not exist.
  base::Result<std::optional<ObjectHead>> head(const std::string& key);

  /// Aborts an upload in the background: dropping a writer must not block.
  void abandon_upload(std::string key, std::string upload);

  const S3Options& options() const { return options_; }
  const RetryRules& rules() const { return rules_; }
  Pauses& pauses() const { return pauses_; }
  /// `s3://bucket/key`, for messages.
  std::string shown(std::string_view key) const;

 private:
  base::Result<net::ClientRequest> signed_request(const Call& call);

  const S3Options options_;
  CredentialSource& credentials_;
  const base::Clock& clock_;
  const RetryRules rules_;
  Pauses& pauses_;
  net::Url address_;
  std::string path_;  ///< prefix of keys: `/`, or with the bucket `/bucket/`
  std::unique_ptr<net::HttpClient> http_;
  net::WaitingClient waiting_;
  std::unique_ptr<net::Pool> upkeep_;
};

/// Whether these options are valid, and the resulting address.
base::Result<net::Url> address_of(const S3Options& options);

/// What an answer that is none of 2xx means.
base::Error answered_error(const Client& client, const Call& call, int status, const net::Headers& headers,
                           std::string_view body);
/// The content of an element `Error`.
base::Error told_error(const Client& client, const Call& call, int status, const net::Headers& headers,
                       const XmlElement& error);
/// The error for a missing response.
base::Error unanswered_error(const Client& client, const Call& call, const base::Error& error);

/// Bytes of an object from an offset on.
base::Result<std::unique_ptr<ByteSource>> open_source(std::shared_ptr<Client> client, std::string key, uint64_t offset);
/// An object that is being written; its address is `uri`, its metadata in headers.
std::unique_ptr<ByteSink> open_sink(std::shared_ptr<Client> client, std::string key, std::string uri,
                                    HeaderList metadata);

/// Copies within the bucket, with the metadata.
base::Result<void> copy_object(Client& client, const std::string& from, const std::string& to, uint64_t size);

/// The number of an upload's parts, and its end.
struct Part {
  int32_t number;
  std::string etag;
};
base::Result<std::string> begin_upload(Client& client, const std::string& key, const HeaderList& metadata);
base::Result<void> complete_upload(Client& client, const std::string& key, const std::string& upload,
                                   const std::vector<Part>& parts, uint64_t size);

template <class Visit>
base::Result<void> Client::list_all(const std::string& prefix, bool folders, const Visit& visit) {
  std::string after;
  for (;;) {
    GYR_TRY(Page page, list(prefix, folders, after, options_.keys_a_page));
    GYR_CHECK(visit(page));
    if (page.next.empty()) return {};
    if (page.next == after) {
      return base::fail(storage_failed, "a listing of " + shown(prefix) + " returned the same page repeatedly");
    }
    after = std::move(page.next);
  }
}

}  // namespace gyr::storage::s3

// An object store in memory, for tests: the part of S3's interface that is used here, and nothing else.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "net/test_support.h"
#include "storage/s3/s3_storage.h"
#include "storage/s3/signature.h"

namespace gyr::storage::s3::testing {

/// Checks the signature of every request, the hash of its body and its date, as the vendor's documents say. What it
/// does not know is answered 501 and remembered in problems(). Any thread.
class FakeS3 {
 public:
  /// A response that replaces the usual one; nothing: the usual response.
  using Hook = std::function<std::optional<net::ServerResponse>(const net::ServerRequest&)>;

  FakeS3();
  ~FakeS3();

  /// Of a storage in its bucket `files`, with small parts and pages.
  S3Options options() const;
  Credentials credentials() const { return {"AKIDTEST", "s3cr3t/+key", ""}; }
  /// When it is there.
  base::VirtualClock& clock() { return clock_; }

  void set_hook(Hook hook);
  void put(std::string key, std::string bytes);
  /// The ETag of an object that was uploaded in this number of parts.
  void mark_parts(const std::string& key, int parts);
  std::optional<std::string> get(const std::string& key) const;
  /// A header `x-amz-meta-…` of an object, by the rest of its name.
  void describe(const std::string& key, const std::string& name, std::string text);
  std::optional<std::string> described(const std::string& key, const std::string& name) const;
  std::vector<std::string> keys() const;
  /// Begun and neither completed nor given up.
  size_t open_uploads() const;
  /// `METHOD target` of all requests so far.
  std::vector<std::string> requests() const;
  std::vector<std::string> problems() const;
  /// Waits until a request begins with this.
  void await_request(std::string_view beginning);

 private:
  struct Asked;
  /// Headers `x-amz-meta-…` by name.
  using Described = std::map<std::string, std::string>;
  struct Upload {
    std::string key;
    Described described;
    std::map<int, std::string> parts;
  };
  static base::Task<net::ServerResponse> answer(FakeS3* self, net::ServerRequest request);
  net::ServerResponse act(const net::ServerRequest& request, const std::string& body);
  std::optional<net::ServerResponse> refused(const Asked& asked) const;
  net::ServerResponse of_bucket(const Asked& asked);
  net::ServerResponse of_object(const Asked& asked);
  net::ServerResponse of_upload(const Asked& asked);
  net::ServerResponse listing(const Asked& asked) const;
  net::ServerResponse deletion(const Asked& asked);
  net::ServerResponse completion(const Asked& asked, const std::string& upload);
  net::ServerResponse reading(const Asked& asked) const;
  std::optional<std::string> copied(const Asked& asked) const;
  Described described_in(const Asked& asked) const;
  net::ServerResponse unknown(const Asked& asked);

  base::VirtualClock clock_;
  mutable std::mutex mutex_;
  std::condition_variable asked_;
  Hook hook_;
  std::map<std::string, std::string> objects_;
  std::map<std::string, Upload> uploads_;
  std::map<std::string, Described> described_;
  std::map<std::string, int> part_counts_;  ///< of objects that came in parts: their ETags say so
  int last_upload_ = 0;
  std::vector<std::string> requests_, problems_;
  std::unique_ptr<net::test::TestServer> server_;
};

/// An answer with an element `Error`.
net::ServerResponse error_answer(int status, std::string_view code, std::string_view more = {});

}  // namespace gyr::storage::s3::testing

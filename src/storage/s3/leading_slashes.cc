// Keys of old data, which begin with a slash, into those that are used today (STOR-7).
#include <fmt/format.h>

#include <algorithm>

#include "storage/s3/s3_client.h"
#include "storage/s3/s3_storage.h"

namespace gyr::storage {
namespace {

using s3::Client;
using s3::Object;
using s3::Page;

constexpr size_t piece_bytes = 256 * 1024;

/// The bytes of an object, with as many as were requested.
base::Result<size_t> read_full(ByteSource& source, std::string& buffer) {
  size_t size = 0;
  while (size < buffer.size()) {
    GYR_TRY(const size_t more, source.read(buffer.data() + size, buffer.size() - size));
    if (more == 0) break;
    size += more;
  }
  return size;
}

class LeadingSlashesRun {
 public:
  LeadingSlashesRun(std::shared_ptr<Client> client, bool dry_run, std::function<void(std::string_view)> kept)
      : client_(std::move(client)), dry_run_(dry_run), kept_(std::move(kept)) {
    const std::string& prefix = client_->options().prefix;
    root_ = prefix.empty() ? "" : prefix + "/";
  }

  base::Result<LeadingSlashes> run() {
    GYR_CHECK(client_->list_all(root_ + "/", false, [this](const Page& page) -> base::Result<void> {
      for (const Object& object : page.objects) GYR_CHECK(rewrite(object));
      return {};
    }));
    return counts_;
  }

 private:
  base::Result<void> rewrite(const Object& object) {
    const size_t begin = object.key.find_first_not_of('/', root_.size());
    if (begin == std::string::npos) return {};  // nothing but slashes: no file of anybody
    const std::string target = root_ + object.key.substr(begin);
    GYR_TRY(const auto there, head(target));
    if (there) {
      GYR_TRY(const bool same, same_content(object, target, *there));
      if (!same) {
        counts_.kept += 1;
        kept_(client_->shown(object.key));
        return {};
      }
      counts_.there += 1;
      return remove(object.key);
    }
    counts_.moved += 1;
    if (dry_run_) return {};
    GYR_CHECK(tried([&] { return s3::copy_object(*client_, object.key, target, object.size); }));
    GYR_TRY(const auto copied, head(target));
    if (!copied || copied->size != object.size) {
      return base::fail(
          storage_failed,
          fmt::format("cannot copy {} to {}: the copy is missing or has another size; the original was kept",
                      client_->shown(target), client_->shown(target)));
    }
    return remove(object.key);
  }

  base::Result<bool> same_content(const Object& object, const std::string& target, const s3::ObjectHead& there) {
    if (there.size != object.size) return false;
    // The ETag cannot be compared for a copy of an object that was uploaded in parts.
    GYR_TRY(auto first, tried([&] { return s3::open_source(client_, object.key, 0); }));
    GYR_TRY(auto second, tried([&] { return s3::open_source(client_, target, 0); }));
    std::string one(piece_bytes, '\0');
    std::string other(piece_bytes, '\0');
    for (;;) {
      GYR_TRY(const size_t size, read_full(*first, one));
      GYR_TRY(const size_t other_size, read_full(*second, other));
      if (std::string_view(one).substr(0, size) != std::string_view(other).substr(0, other_size)) return false;
      if (size < one.size()) return true;
    }
  }

  base::Result<void> remove(const std::string& key) {
    if (dry_run_) return {};
    auto removed = tried([&] { return client_->call({.what = "remove", .method = "DELETE", .key = key}); });
    if (!removed && removed.error().code() != file_not_found) return base::fail(removed.error());
    return {};
  }

  base::Result<std::optional<s3::ObjectHead>> head(const std::string& key) {
    return tried([&] { return client_->head(key); });
  }

  template <class Operation>
  auto tried(const Operation& operation) -> decltype(operation()) {
    return tried_again(client_->rules(), client_->pauses(), operation);
  }

  std::shared_ptr<Client> client_;
  const bool dry_run_;
  std::function<void(std::string_view)> kept_;
  std::string root_;
  LeadingSlashes counts_;
};

}  // namespace

base::Result<LeadingSlashes> s3_drop_leading_slashes(S3Options options, s3::CredentialSource& credentials,
                                                     const base::Clock& clock, RetryRules rules, Pauses& pauses,
                                                     bool dry_run, std::function<void(std::string_view)> kept) {
  GYR_CHECK(s3::address_of(options));
  auto client = std::make_shared<Client>(std::move(options), credentials, clock, rules, pauses);
  return LeadingSlashesRun(std::move(client), dry_run, std::move(kept)).run();
}

}  // namespace gyr::storage

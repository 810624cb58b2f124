#include "cli/storage_copy.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/assert.h"
#include "base/clock.h"
#include "net/thread.h"

namespace gyr::cli {
namespace {

/// Limit of files that are waiting to be copied: enough that no thread waits for a listing.
constexpr size_t max_waiting = 1'000;
constexpr size_t piece_bytes = 256 * 1024;
constexpr std::chrono::seconds between_progress{1};

class Digest {
 public:
  Digest() : context_(EVP_MD_CTX_new()) {
    GYR_ASSERT(context_ != nullptr && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
  }
  void add(std::string_view bytes) { GYR_ASSERT(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1); }
  std::string finish() {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    GYR_ASSERT(EVP_DigestFinal_ex(context_.get(), digest, &size) == 1);
    return {reinterpret_cast<const char*>(digest), size};
  }

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

/// Reads the whole source and calls `use` for each piece.
template <class Use>
base::Result<void> read_all(storage::ByteSource& source, Use use) {
  std::string buffer(piece_bytes, '\0');
  for (;;) {
    GYR_TRY(const size_t size, source.read(buffer.data(), buffer.size()));
    if (size == 0) return {};
    GYR_CHECK(use(std::string_view(buffer).substr(0, size)));
  }
}

}  // namespace

CopyCounts StorageCopy::run(const std::vector<std::string>& tenants) {
  std::vector<std::thread> threads;
  for (size_t i = 0; i < std::max<size_t>(1, options_.threads); ++i) {
    threads.push_back(net::start_thread(fmt::format("copy-{}", i + 1), [this] { work(); }));
  }
  for (const std::string& tenant : tenants) walk(tenant);
  {
    std::unique_lock lock(mutex_);
    complete_ = true;
    changed_.notify_all();
    while (!changed_.wait_for(lock, between_progress, [this] { return waiting_.empty() && working_ == 0; })) {
      callbacks_.progress(counts_);
    }
  }
  for (std::thread& thread : threads) thread.join();
  return counts_;
}

bool StorageCopy::stopping() {
  std::lock_guard lock(mutex_);
  return counts_.given_up;
}

/// Lists one folder at a time, so that memory does not grow with the storage.
void StorageCopy::walk(const std::string& tenant) {
  std::vector<std::string> folders = {"/"};
  while (!folders.empty() && !stopping()) {
    const std::string folder = std::move(folders.back());
    folders.pop_back();
    auto entries = from_.list(tenant, folder);
    if (!entries) {
      // A folder that was removed after it was found contains nothing to copy.
      if (entries.error().code() != storage::file_not_found) note_failure(tenant, folder, entries.error());
      continue;
    }
    for (storage::FileAttributes& entry : *entries) {
      std::string path = (folder == "/" ? folder : folder + "/") + entry.file_name;
      if (entry.directory) {
        folders.push_back(std::move(path));
      } else {
        add({tenant, std::move(path), std::move(entry)});
      }
    }
  }
}

void StorageCopy::add(File file) {
  std::unique_lock lock(mutex_);
  const auto room = [this] { return waiting_.size() < max_waiting || counts_.given_up; };
  while (!changed_.wait_for(lock, between_progress, room)) callbacks_.progress(counts_);
  if (counts_.given_up) return;
  waiting_.push_back(std::move(file));
  changed_.notify_all();
}

void StorageCopy::work() {
  for (;;) {
    File file;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !waiting_.empty() || complete_; });
      if (waiting_.empty()) return;
      file = std::move(waiting_.front());
      waiting_.pop_front();
      working_ += 1;
    }
    copy_one(file);
    std::lock_guard lock(mutex_);
    working_ -= 1;
    changed_.notify_all();
  }
}

void StorageCopy::copy_one(const File& file) {
  auto there = is_there(file);
  if (!there) return note_failure(file.tenant, file.path, there.error());
  base::Result<uint64_t> copied = file.attributes.size;
  if (!*there && !options_.dry_run) copied = copy(file);
  // Files can be removed while the copy runs, for example with their executions. They need no copy.
  if (!copied && copied.error().code() == storage::file_not_found &&
      !from_.exists(file.tenant, file.path).value_or(true))
    return;
  if (!copied) return note_failure(file.tenant, file.path, copied.error());
  std::lock_guard lock(mutex_);
  (*there ? counts_.there : counts_.copied) += 1;
  (*there ? counts_.there_bytes : counts_.copied_bytes) += *copied;
}

base::Result<bool> StorageCopy::is_there(const File& file) {
  auto target = to_.attributes(file.tenant, file.path);
  if (!target && target.error().code() == storage::file_not_found) return false;
  if (!target) return base::fail(target.error());
  if (target->directory || target->size != file.attributes.size) return false;
  // Object stores round to seconds.
  constexpr int64_t rounding_ms = 1'000;
  if (!options_.compare && target->modified_ms + rounding_ms <= file.attributes.modified_ms) return false;
  auto source = from_.attributes(file.tenant, file.path);
  if (!source && source.error().code() == storage::file_not_found)
    return false;  // removed in the meantime: the copy detects it
  GYR_CHECK(source);
  if (source->metadata != target->metadata) return false;
  if (!options_.compare) return true;
  GYR_TRY(const std::string source_digest, digest_of(from_, file));
  GYR_TRY(const std::string target_digest, digest_of(to_, file));
  return source_digest == target_digest;
}

base::Result<std::string> StorageCopy::digest_of(storage::Storage& storage, const File& file) {
  Digest digest;
  GYR_TRY(auto source, storage.get(file.tenant, file.path, 0));
  GYR_CHECK(read_all(*source, [&](std::string_view piece) -> base::Result<void> {
    digest.add(piece);
    return {};
  }));
  return digest.finish();
}

base::Result<uint64_t> StorageCopy::copy(const File& file) {
  Digest digest;
  uint64_t bytes = 0;
  GYR_TRY(auto source, from_.get(file.tenant, file.path, 0));
  GYR_TRY(auto sink, to_.put(file.tenant, file.path, source->metadata()));
  GYR_CHECK(read_all(*source, [&](std::string_view piece) -> base::Result<void> {
    digest.add(piece);
    bytes += piece.size();
    return sink->write(piece);
  }));
  GYR_CHECK(sink->finish());
  GYR_TRY(const std::string arrived, digest_of(to_, file));
  if (arrived != digest.finish()) {
    return base::fail(base::Error(copy_differs, "the copy differs from the original")
                          .with_hint("run the command again with `--compare`; make sure that no server writes to the "
                                     "target at the same time"));
  }
  return bytes;
}

void StorageCopy::note_failure(const std::string& tenant, const std::string& path, const base::Error& error) {
  std::lock_guard lock(mutex_);
  counts_.failed += 1;
  callbacks_.failed(tenant, path, error);
  if (counts_.failed < max_failures) return;
  counts_.given_up = true;
  waiting_.clear();
  changed_.notify_all();
}

}  // namespace gyr::cli

// Storage whose failures are tried again (STOR-11).
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "base/instant.h"
#include "storage/storage.h"

namespace gyr::storage {

/// `kestra.retries`: how often an operation is tried, and the pauses in between.
struct RetryRules {
  int32_t attempts = 5;  ///< including the first one
  base::Duration delay = base::Duration::of_seconds(1);
  double multiplier = 2;
  std::optional<base::Duration> max_delay = {};

  /// Behind the attempt of this number, which counts from 1.
  base::Duration pause_after(int32_t attempt) const;
};

/// Waits between attempts until stop(). Any thread.
class Pauses {
 public:
  virtual ~Pauses() = default;
  /// False where nothing more is to be tried.
  virtual bool wait(base::Duration length);
  /// Ends all waits, those that come too.
  void stop();

 private:
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;
};

/// Waits according to the rules after this failure and returns true; false if there is no further attempt. `attempt`
/// starts at 1.
bool wait_to_try_again(const RetryRules& rules, Pauses& pauses, int32_t attempt, const base::Error& error);

/// Tries an operation again while it fails with storage_failed.
template <class Operation>
auto tried_again(const RetryRules& rules, Pauses& pauses, const Operation& operation) -> decltype(operation()) {
  for (int32_t attempt = 1;; ++attempt) {
    auto outcome = operation();
    if (outcome || !wait_to_try_again(rules, pauses, attempt, outcome.error())) return outcome;
  }
}

/// Delegates to another storage and retries operations that fail with storage_failed. A missing object, an invalid URI
/// and a full disk are results, not failures. Reads and writes after get() and put() have begun are not retried here:
/// their reader or writer does that.
class RetryingStorage final : public Storage {
 public:
  /// `pauses` outlives it.
  RetryingStorage(std::unique_ptr<Storage> below, RetryRules rules, Pauses& pauses)
      : below_(std::move(below)), rules_(rules), pauses_(pauses) {}

  base::Result<std::unique_ptr<ByteSource>> get(std::string_view tenant, std::string_view path,
                                                uint64_t offset) override;
  base::Result<std::unique_ptr<ByteSink>> put(std::string_view tenant, std::string_view path,
                                              Metadata metadata) override;
  base::Result<std::optional<std::string>> take_over(std::string_view tenant, std::string_view path,
                                                     const std::filesystem::path& local) override;
  base::Result<bool> exists(std::string_view tenant, std::string_view path) override;
  base::Result<FileAttributes> attributes(std::string_view tenant, std::string_view path) override;
  base::Result<std::vector<FileAttributes>> list(std::string_view tenant, std::string_view path) override;
  base::Result<std::vector<std::string>> all_by_prefix(std::string_view tenant, std::string_view prefix,
                                                       bool directories) override;
  base::Result<bool> remove(std::string_view tenant, std::string_view path) override;
  base::Result<void> create_directory(std::string_view tenant, std::string_view path) override;
  base::Result<void> move(std::string_view tenant, std::string_view from, std::string_view to) override;

 private:
  template <class Operation>
  auto tried(const Operation& operation) -> decltype(operation()) {
    return tried_again(rules_, pauses_, operation);
  }

  std::unique_ptr<Storage> below_;
  RetryRules rules_;
  Pauses& pauses_;
};

}  // namespace gyr::storage

#include "storage/retrying_storage.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "base/log.h"

namespace gyr::storage {

namespace {

/// Nobody means a longer one.
constexpr double max_pause_s = 3'600;

}  // namespace

base::Duration RetryRules::pause_after(int32_t attempt) const {
  double seconds = delay.to_fraction() * std::pow(multiplier, attempt - 1);
  if (max_delay) seconds = std::min(seconds, max_delay->to_fraction());
  return base::Duration::of_fraction(std::clamp(seconds, 0.0, max_pause_s));
}

bool Pauses::wait(base::Duration length) {
  std::unique_lock lock(mutex_);
  return !stopped_.wait_for(lock, std::chrono::nanoseconds(length.to_nanos()), [this] { return stopping_; });
}

void Pauses::stop() {
  std::lock_guard lock(mutex_);
  stopping_ = true;
  stopped_.notify_all();
}

bool wait_to_try_again(const RetryRules& rules, Pauses& pauses, int32_t attempt, const base::Error& error) {
  if (error.code() != storage_failed || attempt >= rules.attempts) return false;
  base::log::warn("the storage failed, attempt {} of {}: {}", attempt, rules.attempts, error.message());
  return pauses.wait(rules.pause_after(attempt));
}

base::Result<std::unique_ptr<ByteSource>> RetryingStorage::get(std::string_view tenant, std::string_view path,
                                                               uint64_t offset) {
  return tried([&] { return below_->get(tenant, path, offset); });
}
base::Result<std::unique_ptr<ByteSink>> RetryingStorage::put(std::string_view tenant, std::string_view path,
                                                             Metadata metadata) {
  return tried([&] { return below_->put(tenant, path, metadata); });
}
base::Result<std::optional<std::string>> RetryingStorage::take_over(std::string_view tenant, std::string_view path,
                                                                    const std::filesystem::path& local) {
  return tried([&] { return below_->take_over(tenant, path, local); });
}
base::Result<bool> RetryingStorage::exists(std::string_view tenant, std::string_view path) {
  return tried([&] { return below_->exists(tenant, path); });
}
base::Result<FileAttributes> RetryingStorage::attributes(std::string_view tenant, std::string_view path) {
  return tried([&] { return below_->attributes(tenant, path); });
}
base::Result<std::vector<FileAttributes>> RetryingStorage::list(std::string_view tenant, std::string_view path) {
  return tried([&] { return below_->list(tenant, path); });
}
base::Result<std::vector<std::string>> RetryingStorage::all_by_prefix(std::string_view tenant, std::string_view prefix,
                                                                      bool directories) {
  return tried([&] { return below_->all_by_prefix(tenant, prefix, directories); });
}
base::Result<bool> RetryingStorage::remove(std::string_view tenant, std::string_view path) {
  return tried([&] { return below_->remove(tenant, path); });
}
base::Result<void> RetryingStorage::create_directory(std::string_view tenant, std::string_view path) {
  return tried([&] { return below_->create_directory(tenant, path); });
}
base::Result<void> RetryingStorage::move(std::string_view tenant, std::string_view from, std::string_view to) {
  return tried([&] { return below_->move(tenant, from, to); });
}

}  // namespace gyr::storage

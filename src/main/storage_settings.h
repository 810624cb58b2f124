// Which storage `kestra.storage` names (STOR-20).
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "main/config/storage.h"
#include "storage/retrying_storage.h"
#include "storage/s3/s3_storage.h"
#include "storage/storage.h"

namespace gyr::main {

/// What a storage is opened with. All that is referred to outlives it.
struct StorageContext {
  std::filesystem::path folder;  ///< of a local storage where the configuration names none; empty: it must
  const char* const* environment = nullptr;
  const base::Clock& clock;
  storage::RetryRules rules;
  storage::Pauses& pauses;
  bool beside_a_server = false;  ///< a server may be at work on it
};

/// A storage as it is configured. Failures are not tried again yet, but for those in the middle of an object.
struct OpenedStorage {
  std::unique_ptr<storage::s3::CredentialSource> credentials;  ///< outlives the storage; null where it needs none
  std::unique_ptr<storage::Storage> storage;
  std::string name;    ///< two storages of one name are one
  size_t threads = 4;  ///< that its calls may keep waiting at once: more where each waits for a network
  std::function<base::Result<std::vector<std::string>>()> tenants;
  /// Of an object store: storage::s3_drop_leading_slashes(); else empty.
  std::function<base::Result<storage::LeadingSlashes>(bool dry_run, const std::function<void(std::string_view)>& kept)>
      drop_leading_slashes = {};
};
base::Result<OpenedStorage> open_storage(const config::Storage& settings, StorageContext context);

/// What `kestra.storage` says of an object store of its type, which is another than `local`.
base::Result<storage::S3Options> object_store_options(const config::Storage& settings, const char* const* environment);

/// `kestra.retries` (STOR-11).
storage::RetryRules retry_rules(const config::Retries& settings);

}  // namespace gyr::main

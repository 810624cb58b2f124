// Internal storage in a bucket of S3, or of another store with its interface (STOR-20).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "storage/leading_slashes.h"
#include "storage/retrying_storage.h"
#include "storage/s3/credentials.h"
#include "storage/storage.h"

namespace gyr::storage {

/// The store does not let us: wrong or expired keys, no permission, a clock that is wrong.
inline constexpr base::ErrorCode storage_denied{"GYR-O006"};
/// What the configuration says of the store cannot be: no such bucket, another region, no secure connection.
inline constexpr base::ErrorCode storage_misconfigured{"GYR-O007"};

/// Where a bucket is and how it is talked to.
struct S3Options {
  std::string endpoint;  ///< `https://host[:port]`; empty: Amazon's of the region
  std::string region = "us-east-1";
  std::string bucket;
  std::string prefix;       ///< of all keys, without slashes at its ends; empty: none
  bool path_style = false;  ///< the bucket stands in the path instead of the name of the host
  std::string ca_pem, client_certificate_pem, client_key_pem;
  std::string proxy;
  size_t part_bytes = 8 << 20;                     ///< larger objects go up in parts; a writer keeps one part in memory
  uint64_t copy_bytes = 5ULL << 30;                ///< larger objects are copied in parts: S3's limit of one copy
  size_t keys_a_page = 1'000;                      ///< of a listing and of a deletion: S3's limit
  std::chrono::milliseconds idle_timeout{30'000};  ///< silence after which a request has failed
};

/// An object's key is `[prefix/]tenant/path`, without a slash in front (STOR-7). There are no folders but in names; an
/// object of no bytes whose key ends with a slash makes an empty one. Large objects are written in parts, and nothing
/// is visible before the last one is there. move() copies, then deletes, so it is not atomic. A request that fails for
/// reasons that pass is a storage_failed, for RetryingStorage; those in the middle of reading or writing an object are
/// tried again here, by the same rules. `clock`, `pauses` and `credentials` outlive it. Any thread.
///
/// Asks the store once: fails with storage_denied or storage_misconfigured where it will not have us; where it does not
/// answer there is a warning only.
base::Result<std::unique_ptr<Storage>> open_s3_storage(S3Options options, s3::CredentialSource& credentials,
                                                       const base::Clock& clock, RetryRules rules, Pauses& pauses);

/// Names of the tenants that have objects there.
base::Result<std::vector<std::string>> s3_tenants(S3Options options, s3::CredentialSource& credentials,
                                                  const base::Clock& clock);

/// Moves each object of a key `[prefix/]/tenant/path`, as versions before 0.23 of Kestra wrote them, to
/// `[prefix/]tenant/path` (STOR-7). What is there is not overwritten; `kept` hears of such keys. An object is removed
/// after its copy is there, so that it can be run again. `dry_run` changes nothing and counts.
base::Result<LeadingSlashes> s3_drop_leading_slashes(S3Options options, s3::CredentialSource& credentials,
                                                     const base::Clock& clock, RetryRules rules, Pauses& pauses,
                                                     bool dry_run, std::function<void(std::string_view key)> kept);

}  // namespace gyr::storage

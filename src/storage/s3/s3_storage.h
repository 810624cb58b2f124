// Internal storage in a bucket of S3, or of another store with its interface (STOR-20).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "storage/leading_slashes.h"
#include "storage/retrying_storage.h"
#include "storage/s3/credentials.h"
#include "storage/s3/s3_options.h"
#include "storage/storage.h"

namespace gyr::storage {

/// The key of an object is `[prefix/]tenant/path`, without a leading slash (STOR-7). Folders exist only in names; an
/// empty object whose key ends with a slash is an empty folder. Large objects are written in parts, and nothing is
/// visible before the last part is complete. move() copies, then deletes, so it is not atomic. A request that fails
/// temporarily is a storage_failed, for RetryingStorage; requests in the middle of reading or writing an object are
/// retried here, by the same rules. `clock`, `pauses` and `credentials` outlive it. Any thread.
///
/// It sends one request to the store at the start: fails with storage_denied or storage_misconfigured if the store
/// rejects it; if the store does not respond, it only logs a warning.
base::Result<std::unique_ptr<Storage>> open_s3_storage(S3Options options, s3::CredentialSource& credentials,
                                                       const base::Clock& clock, RetryRules rules, Pauses& pauses);

/// The names of the tenants that have objects.
base::Result<std::vector<std::string>> s3_tenants(S3Options options, s3::CredentialSource& credentials,
                                                  const base::Clock& clock);

/// Moves each object with a key `[prefix/]/tenant/path`, as versions of Kestra before 0.23 wrote them, to
/// `[prefix/]tenant/path` (STOR-7). Existing objects are not overwritten; `kept` is called for such keys. An object is
/// removed after its copy exists, so the operation can be repeated. `dry_run` only counts.
base::Result<LeadingSlashes> s3_drop_leading_slashes(S3Options options, s3::CredentialSource& credentials,
                                                     const base::Clock& clock, RetryRules rules, Pauses& pauses,
                                                     bool dry_run, std::function<void(std::string_view key)> kept);

}  // namespace gyr::storage

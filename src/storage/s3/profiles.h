// Keys in the files that Amazon's tools share: named profiles (STOR-20).
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "storage/s3/credentials.h"

namespace gyr::storage::s3 {

/// Where profiles are; files that do not exist have none.
struct ProfileFiles {
  std::filesystem::path credentials;  ///< `~/.aws/credentials`, or AWS_SHARED_CREDENTIALS_FILE
  std::filesystem::path config;       ///< `~/.aws/config`, or AWS_CONFIG_FILE
};

/// Settings of a profile by their names in lower case.
using Profile = std::map<std::string, std::string, std::less<>>;

/// The settings of both files for a profile; `credentials` wins if they differ. Nothing if neither file has the
/// profile. A file that cannot be read, has more than 1 MB or has settings before the first line `[…]` is
/// storage_misconfigured. Messages never contain a value.
base::Result<std::optional<Profile>> read_profile(const ProfileFiles& files, std::string_view name);

/// What it takes to make the keys of a profile.
struct ProfileContext {
  ProfileFiles files;
  std::string region;        ///< of the token service where the profile has none
  std::string sts_endpoint;  ///< of it; empty: Amazon's
  /// Keys of `credential_source`: `Environment`, `Ec2InstanceMetadata`, `EcsContainer`.
  std::function<base::Result<std::unique_ptr<CredentialSource>>(std::string_view)> source;
  const base::Clock& clock;
};

/// The keys of a profile: its own keys, or those of the role `role_arn`, assumed with the keys of `source_profile` or
/// `credential_source`. A null pointer if the profile has no settings for keys. Unsupported settings (`sso_…`,
/// `credential_process`, `web_identity_token_file`, `mfa_serial`), cycles of profiles and invalid values are
/// storage_misconfigured.
base::Result<std::unique_ptr<CredentialSource>> keys_of_profile(const ProfileContext& context, std::string_view name);

/// The keys of the profile itself. The files are read again when they have changed; if they no longer contain a pair of
/// keys, the previous keys stay in use. Any thread.
class ProfileCredentials final : public CredentialSource {
 public:
  ProfileCredentials(ProfileFiles files, std::string name) : files_(std::move(files)), name_(std::move(name)) {}
  base::Result<Credentials> get() override;

 private:
  /// Size, inode and time of change of both files.
  using Stamp = std::vector<int64_t>;
  Stamp stamp() const;
  base::Result<Credentials> read() const;

  const ProfileFiles files_;
  const std::string name_;
  std::mutex mutex_;  // guards the rest
  std::optional<Credentials> keys_;
  Stamp read_at_;
};

}  // namespace gyr::storage::s3

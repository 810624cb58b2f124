// Keys of a role that other keys may take on (AssumeRole of Amazon's Security Token Service).
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "net/http.h"
#include "net/waiting_client.h"
#include "storage/s3/credentials.h"

namespace gyr::storage::s3 {

/// The role, and the service that returns its keys.
struct RoleOptions {
  std::string role_arn;
  std::string external_id;  ///< empty: none
  std::string session_name = "gyrfalcon-storage";
  int64_t duration_seconds = 900;
  std::string endpoint;  ///< `https://host[:port]`; empty: Amazon's of the region
  std::string region;
};

/// Asks with the keys of `own` when keys are needed and when they are about to expire; while an answer does not come,
/// keys that hold still do. A refusal is storage_denied, no answer storage_failed. `clock` outlives it. Any thread.
class RoleCredentials final : public CredentialSource {
 public:
  RoleCredentials(RoleOptions options, std::unique_ptr<CredentialSource> own, const base::Clock& clock);
  base::Result<Credentials> get() override;

 private:
  struct Keys {
    Credentials credentials;
    base::Instant expires;
  };
  base::Result<Keys> ask();
  base::Result<net::ClientRequest> signed_request() const;

  const RoleOptions options_;
  const std::unique_ptr<CredentialSource> own_;
  const base::Clock& clock_;
  std::unique_ptr<net::HttpClient> http_;
  net::WaitingClient waiting_;
  std::mutex mutex_;  // guards keys_; held during a request, so that one thread requests for all
  std::optional<Keys> keys_;
};

}  // namespace gyr::storage::s3

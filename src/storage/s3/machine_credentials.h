// Keys that a machine or a container is given for its role.
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

/// The source of the credentials.
struct MachineCredentialOptions {
  std::string container_url;         ///< of a container's credentials (ECS, EKS); empty: those of the machine (EC2)
  std::string container_token;       ///< sent along
  std::string container_token_file;  ///< a file that holds it, read each time
  std::string machine_endpoint = "http://169.254.169.254";
};

/// Requests credentials when they are needed and when they are about to expire. If a request fails, credentials that
/// are still valid are used. If no request has ever succeeded, the error is storage_denied: this is not a machine with
/// a role. `clock` outlives it. Any thread.
class MachineCredentials final : public CredentialSource {
 public:
  MachineCredentials(MachineCredentialOptions options, const base::Clock& clock);
  base::Result<Credentials> get() override;

 private:
  struct Keys {
    Credentials credentials;
    base::Instant expires;
  };
  base::Result<Keys> ask();
  base::Result<std::string> answer(net::ClientRequest request);

  const MachineCredentialOptions options_;
  const base::Clock& clock_;
  std::unique_ptr<net::HttpClient> http_;
  net::WaitingClient waiting_;
  std::mutex mutex_;  // guards keys_; held during a request, so that one thread requests for all
  std::optional<Keys> keys_;
};

/// Whether credentials may be requested from this address: over https, or without a network in between (loopback, and
/// the two addresses that containers are given).
base::Result<void> check_container_url(const std::string& url);

}  // namespace gyr::storage::s3

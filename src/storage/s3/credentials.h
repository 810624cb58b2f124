// Where the keys come from that requests are signed with.
#pragma once

#include "base/error.h"
#include "storage/s3/signature.h"

namespace gyr::storage::s3 {

/// Returns the current credentials; called before each request. Any thread; may wait for a network response.
class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  virtual base::Result<Credentials> get() = 0;
};

/// Always the same keys.
class FixedCredentials final : public CredentialSource {
 public:
  explicit FixedCredentials(Credentials credentials) : credentials_(std::move(credentials)) {}
  base::Result<Credentials> get() override { return credentials_; }

 private:
  Credentials credentials_;
};

}  // namespace gyr::storage::s3

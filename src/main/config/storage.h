// `kestra.storage` and `kestra.retries`: where files are kept (STOR-20), and how often a failed operation is repeated.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/instant.h"
#include "base/value.h"
#include "main/config/byte_size.h"
#include "model/schema.h"

namespace gyr::main::config {

/// The storages that there are.
enum class StorageType : uint8_t { local, s3, minio, cloudflare };

/// `kestra.storage.local`.
struct LocalStorage {
  std::optional<std::string> base_path;
  static const model::Schema& schema();
};

/// `kestra.storage.s3`. An empty text is as good as none.
struct S3Storage {
  std::string bucket, region, endpoint, path, ca_pem;
  std::string access_key, secret_key, session_token;
  bool force_path_style = false;
  std::optional<ByteSize> part_size;
  std::string sts_role_arn, sts_role_external_id, sts_role_session_name, sts_endpoint_override;
  std::optional<base::Duration> sts_role_session_duration;
  static const model::Schema& schema();
};

/// `kestra.storage.minio`. An empty text is as good as none.
struct MinioStorage {
  std::string bucket, endpoint, region, ca_pem, client_pem;
  std::string access_key, secret_key, session_token;
  std::optional<int32_t> port;
  bool secure = false;
  bool vhost = false;
  std::optional<ByteSize> part_size;
  base::Value proxy_configuration, ssl_options;  ///< refused: they would change what happens, and nothing obeys them
  static const model::Schema& schema();
};

/// `kestra.storage.cloudflare`. An empty text is as good as none.
struct CloudflareStorage {
  std::string bucket, account_id, jurisdiction, endpoint_override, path;
  std::string access_key_id, secret_access_key, session_token;
  std::optional<ByteSize> part_size;
  static const model::Schema& schema();
};

/// `kestra.storage`.
struct Storage {
  std::optional<StorageType> type;  ///< local where nothing is said
  LocalStorage local;
  S3Storage s3;
  MinioStorage minio;
  CloudflareStorage cloudflare;
  static const model::Schema& schema();
};

/// `kestra.retries` (STOR-11).
struct Retries {
  int32_t attempts = 0;
  base::Duration delay;
  double multiplier = 0;
  std::optional<base::Duration> max_delay;
  static const model::Schema& schema();
};

}  // namespace gyr::main::config

namespace gyr::model {
GYR_NAMED_ENUM(main::config::StorageType, "kestra.storage.type");
}  // namespace gyr::model

#include "main/config/storage.h"

#include "model/bind.h"

namespace gyr::model {

std::span<const std::pair<std::string_view, main::config::StorageType>> EnumNames<main::config::StorageType>::names() {
  using enum main::config::StorageType;
  static constexpr std::pair<std::string_view, main::config::StorageType> all[] = {
      {"local", local}, {"s3", s3}, {"minio", minio}, {"cloudflare", cloudflare}};
  return all;
}

}  // namespace gyr::model

namespace gyr::main::config {

using base::Value;
using model::describe;
using model::Schema;

namespace {

constexpr double mebibytes = 1 << 20;

/// Objects are written in parts of this size.
model::PropertyOptions part_size_options() {
  return {.title = "Size of the parts in which large objects are written",
          .default_value = Value::string("8MB"),
          .minimum = 5 * mebibytes,     // S3 takes no smaller parts, but for the last
          .maximum = 256 * mebibytes};  // a writer keeps a part in memory
}

constexpr std::string_view keys_documentation =
    "Without it, the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are used "
    "([storage](storage.md)).";

}  // namespace

const Schema& LocalStorage::schema() {
  static const Schema built = describe<LocalStorage>("kestra.storage.local")
                                  .property("base-path", &LocalStorage::base_path,
                                            {.title = "Folder for files of executions and namespaces",
                                             .documentation = "Default: `DATA/storage`."})
                                  .build();
  return built;
}

const Schema& S3Storage::schema() {
  static const Schema built =
      describe<S3Storage>("kestra.storage.s3")
          .property("bucket", &S3Storage::bucket, {.title = "Name of the bucket; required with this type"})
          .property("region", &S3Storage::region,
                    {.title = "Region of the bucket",
                     .documentation = "Default: `AWS_REGION`, `AWS_DEFAULT_REGION`, or that of the profile."})
          .property("endpoint", &S3Storage::endpoint, {.title = "Address of a store that is compatible with S3"})
          .property("path", &S3Storage::path, {.title = "Prefix of all keys in the bucket"})
          .property("force-path-style", &S3Storage::force_path_style,
                    {.title = "Whether the bucket is in the path of addresses instead of the host name",
                     .default_value = Value::boolean(false)})
          .property("part-size", &S3Storage::part_size, part_size_options())
          .property("ca-pem", &S3Storage::ca_pem, {.title = "Certificates to trust, in PEM format"})
          .property("access-key", &S3Storage::access_key, {.title = "Access key", .documentation = keys_documentation})
          .property("secret-key", &S3Storage::secret_key, {.title = "Secret of the access key", .secret = true})
          .property("session-token", &S3Storage::session_token,
                    {.title = "Session token of temporary keys", .secret = true})
          .property("sts-role-arn", &S3Storage::sts_role_arn, {.title = "Role to assume"})
          .property("sts-role-external-id", &S3Storage::sts_role_external_id,
                    {.title = "External id that the role asks for"})
          .property("sts-role-session-name", &S3Storage::sts_role_session_name, {.title = "Name of the session"})
          .property("sts-role-session-duration", &S3Storage::sts_role_session_duration,
                    {.title = "How long the keys of the role are valid",
                     .documentation = "Default: PT15M.",
                     .minimum = 900,  // the service's limits
                     .maximum = 43'200})
          .property("sts-endpoint-override", &S3Storage::sts_endpoint_override,
                    {.title = "Address of another token service"})
          .build();
  return built;
}

const Schema& MinioStorage::schema() {
  static const Schema built =
      describe<MinioStorage>("kestra.storage.minio")
          .property("bucket", &MinioStorage::bucket, {.title = "Name of the bucket; required with this type"})
          .property("endpoint", &MinioStorage::endpoint,
                    {.title = "Host name of the store, or its whole address; required with this type"})
          .property("port", &MinioStorage::port,
                    {.title = "Port of the store",
                     .documentation = "Default: that of the endpoint.",
                     .minimum = 1,
                     .maximum = 65'535})
          .property(
              "secure", &MinioStorage::secure,
              {.title = "Whether https is used if the endpoint is a host name", .default_value = Value::boolean(false)})
          .property("vhost", &MinioStorage::vhost,
                    {.title = "Whether the bucket is in the host name instead of the path",
                     .default_value = Value::boolean(false)})
          .property("region", &MinioStorage::region,
                    {.title = "Region of the bucket", .default_value = Value::string("us-east-1")})
          .property("part-size", &MinioStorage::part_size, part_size_options())
          .property("ca-pem", &MinioStorage::ca_pem, {.title = "Certificates to trust, in PEM format"})
          .property("proxy-configuration", &MinioStorage::proxy_configuration, {.hidden = true})
          .property("ssl-options", &MinioStorage::ssl_options, {.hidden = true})
          .property("client-pem", &MinioStorage::client_pem,
                    {.title = "Certificate and key of this client, in PEM format", .secret = true})
          .property("access-key", &MinioStorage::access_key,
                    {.title = "Access key", .documentation = keys_documentation})
          .property("secret-key", &MinioStorage::secret_key, {.title = "Secret of the access key", .secret = true})
          .property("session-token", &MinioStorage::session_token,
                    {.title = "Session token of temporary keys", .secret = true})
          .build();
  return built;
}

const Schema& CloudflareStorage::schema() {
  static const Schema built =
      describe<CloudflareStorage>("kestra.storage.cloudflare")
          .property("bucket", &CloudflareStorage::bucket, {.title = "Name of the bucket; required with this type"})
          .property("account-id", &CloudflareStorage::account_id,
                    {.title = "Id of the account; required without `endpoint-override`"})
          .property("jurisdiction", &CloudflareStorage::jurisdiction,
                    {.title = "Jurisdiction of the bucket, such as `EU`"})
          .property("endpoint-override", &CloudflareStorage::endpoint_override,
                    {.title = "Address to use instead of that of the account"})
          .property("path", &CloudflareStorage::path, {.title = "Prefix of all keys in the bucket"})
          .property("part-size", &CloudflareStorage::part_size, part_size_options())
          .property("access-key-id", &CloudflareStorage::access_key_id,
                    {.title = "Access key", .documentation = keys_documentation})
          .property("secret-access-key", &CloudflareStorage::secret_access_key,
                    {.title = "Secret of the access key", .secret = true})
          .property("session-token", &CloudflareStorage::session_token,
                    {.title = "Session token of temporary keys", .secret = true})
          .build();
  return built;
}

const Schema& Storage::schema() {
  static const Schema built =
      describe<Storage>("kestra.storage")
          .property("type", &Storage::type,
                    {.title = "Kind of storage",
                     .documentation = "Default: `local`. [storage.md](storage.md) describes each."})
          .property("local", &Storage::local, {.title = "A folder of this machine"})
          .property("s3", &Storage::s3, {.title = "A bucket of S3"})
          .property("minio", &Storage::minio, {.title = "A bucket of MinIO"})
          .property("cloudflare", &Storage::cloudflare, {.title = "A bucket of Cloudflare R2"})
          .build();
  return built;
}

const Schema& Retries::schema() {
  static const Schema built =
      describe<Retries>("kestra.retries")
          .property("attempts", &Retries::attempts,
                    {.title = "How many times an operation of the storage is tried if it fails",
                     .documentation = "A missing file or a full disk is not retried.",
                     .default_value = Value::integer(5),
                     .minimum = 1,
                     .maximum = 100})
          .property("delay", &Retries::delay,
                    {.title = "Pause after the first attempt", .default_value = Value::string("PT1S")})
          .property("multiplier", &Retries::multiplier,
                    {.title = "Factor by which each pause is longer than the one before",
                     .default_value = Value::integer(2),
                     .minimum = 0,
                     .maximum = 1'000})
          .property("max-delay", &Retries::max_delay, {.title = "Longest pause between two attempts"})
          .build();
  return built;
}

}  // namespace gyr::main::config

#include "main/storage_settings.h"

#include <fmt/format.h>

#include "base/text.h"
#include "main/config/errors.h"
#include "main/environment.h"
#include "net/url.h"
#include "storage/local/local_storage.h"
#include "storage/s3/machine_credentials.h"
#include "storage/s3/profiles.h"
#include "storage/s3/role_credentials.h"

namespace gyr::main {
namespace {

namespace fs = std::filesystem;

/// A call to a store takes some ten milliseconds, in which its thread does nothing.
constexpr size_t threads_for_a_network = 32;

std::unexpected<base::Error> wrong(std::string message, std::string hint = {}) {
  base::Error error(bad_configuration, std::move(message));
  return base::fail(hint.empty() ? error : error.with_hint(std::move(hint)));
}

base::Result<std::string> needed(std::string_view key, const std::string& value) {
  if (value.empty()) return wrong(fmt::format("`kestra.storage.{}` is not set", key), "the storage needs it");
  return value;
}

/// A key that would change what happens, but that nothing here obeys.
base::Result<void> refuse(std::string_view key, const base::Value& value) {
  if (value.is_null() || (value.is_string() && value.text().empty())) return {};
  return wrong(fmt::format("`kestra.storage.{}` is not available in this version", key), "leave it out");
}

constexpr std::string_view default_profile = "default";

/// Where Amazon's tools look for profiles.
storage::s3::ProfileFiles profile_files(const char* const* environment) {
  storage::s3::ProfileFiles files;
  const std::string home = environment_variable(environment, "HOME");
  const auto file = [&](std::string_view name, std::string_view usual) -> fs::path {
    if (std::string given = environment_variable(environment, name); !given.empty()) return given;
    return home.empty() ? fs::path() : fs::path(home) / ".aws" / usual;
  };
  files.credentials = file("AWS_SHARED_CREDENTIALS_FILE", "credentials");
  files.config = file("AWS_CONFIG_FILE", "config");
  return files;
}

std::string profile_name(const char* const* environment) {
  std::string name = environment_variable(environment, "AWS_PROFILE");
  return name.empty() ? std::string(default_profile) : name;
}

base::Result<std::string> region_of_profile(const char* const* environment) {
  GYR_TRY(const auto profile, storage::s3::read_profile(profile_files(environment), profile_name(environment)));
  if (!profile) return std::string();
  const auto found = profile->find("region");
  return found == profile->end() ? std::string() : found->second;
}

base::Result<storage::S3Options> s3_options(const config::S3Storage& keys, const char* const* environment) {
  storage::S3Options options;
  GYR_TRY(options.bucket, needed("s3.bucket", keys.bucket));
  options.endpoint = keys.endpoint;
  options.prefix = keys.path;
  options.region = keys.region;
  for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (options.region.empty()) options.region = environment_variable(environment, name);
  }
  if (options.region.empty() && options.endpoint.empty()) {
    GYR_TRY(options.region, region_of_profile(environment));
  }
  if (options.region.empty() && options.endpoint.empty()) {
    return wrong("`kestra.storage.s3.region` is not set",
                 "set it to the region of the bucket, or `endpoint` to the address of another store");
  }
  if (options.region.empty()) options.region = "us-east-1";
  options.path_style = keys.force_path_style;
  options.ca_pem = keys.ca_pem;
  if (keys.part_size) options.part_bytes = keys.part_size->bytes;
  return options;
}

base::Result<storage::S3Options> minio_options(const config::MinioStorage& keys) {
  storage::S3Options options;
  GYR_CHECK(refuse("minio.proxy-configuration", keys.proxy_configuration));
  GYR_CHECK(refuse("minio.ssl-options", keys.ssl_options));
  GYR_TRY(options.bucket, needed("minio.bucket", keys.bucket));
  GYR_TRY(std::string endpoint, needed("minio.endpoint", keys.endpoint));
  if (endpoint.find("://") == std::string::npos) endpoint = (keys.secure ? "https://" : "http://") + endpoint;
  auto url = net::parse_url(endpoint);
  if (!url) return wrong(fmt::format("`kestra.storage.minio.endpoint`: {}", url.error().message()));
  if (keys.port) url->port = static_cast<uint16_t>(*keys.port);
  options.endpoint = url->to_string();
  options.region = keys.region.empty() ? "us-east-1" : keys.region;
  options.path_style = !keys.vhost;
  options.ca_pem = keys.ca_pem;
  options.client_certificate_pem = options.client_key_pem = keys.client_pem;
  if (keys.part_size) options.part_bytes = keys.part_size->bytes;
  return options;
}

base::Result<storage::S3Options> cloudflare_options(const config::CloudflareStorage& keys) {
  storage::S3Options options;
  GYR_TRY(options.bucket, needed("cloudflare.bucket", keys.bucket));
  options.endpoint = keys.endpoint_override;
  if (options.endpoint.empty()) {
    GYR_TRY(std::string host, needed("cloudflare.account-id", keys.account_id));
    if (!keys.jurisdiction.empty()) host += "." + base::to_lower_ascii(keys.jurisdiction);
    options.endpoint = fmt::format("https://{}.r2.cloudflarestorage.com", host);
  }
  options.region = "auto";
  options.path_style = true;
  options.prefix = keys.path;
  if (keys.part_size) options.part_bytes = keys.part_size->bytes;
  return options;
}

/// Where the machine or the container has keys for its role, as the environment says.
base::Result<std::unique_ptr<storage::s3::CredentialSource>> keys_of_role(const char* const* environment,
                                                                          const base::Clock& clock) {
  storage::s3::MachineCredentialOptions options;
  options.container_url = environment_variable(environment, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (const std::string path = environment_variable(environment, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
      !path.empty()) {
    options.container_url = "http://169.254.170.2" + path;
  }
  if (!options.container_url.empty()) GYR_CHECK(storage::s3::check_container_url(options.container_url));
  options.container_token = environment_variable(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN");
  options.container_token_file = environment_variable(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  return std::make_unique<storage::s3::MachineCredentials>(std::move(options), clock);
}

storage::s3::Credentials keys_in(const char* const* environment) {
  return {environment_variable(environment, "AWS_ACCESS_KEY_ID"),
          environment_variable(environment, "AWS_SECRET_ACCESS_KEY"),
          environment_variable(environment, "AWS_SESSION_TOKEN")};
}

/// What `credential_source` of a profile names.
base::Result<std::unique_ptr<storage::s3::CredentialSource>> keys_of_place(std::string_view place,
                                                                           const char* const* environment,
                                                                           const base::Clock& clock) {
  if (place == "Environment") {
    auto keys = keys_in(environment);
    if (keys.access_key.empty() || keys.secret_key.empty())
      return wrong("the profile takes its keys from the environment, which has none",
                   "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
    return std::make_unique<storage::s3::FixedCredentials>(std::move(keys));
  }
  if (place == "Ec2InstanceMetadata")
    return std::make_unique<storage::s3::MachineCredentials>(storage::s3::MachineCredentialOptions(), clock);
  if (place == "EcsContainer") return keys_of_role(environment, clock);
  return wrong("`credential_source` of the profile is none of Environment, Ec2InstanceMetadata and EcsContainer");
}

/// Keys of the profile that AWS_PROFILE names, or of the usual one. A null pointer where there are none.
base::Result<std::unique_ptr<storage::s3::CredentialSource>> keys_in_profile(const std::string& region,
                                                                             const char* const* environment,
                                                                             const base::Clock& clock) {
  const storage::s3::ProfileContext context{
      .files = profile_files(environment),
      .region = region,
      .sts_endpoint = environment_variable(environment, "AWS_ENDPOINT_URL_STS"),
      .source = [&](std::string_view place) { return keys_of_place(place, environment, clock); },
      .clock = clock};
  const std::string name = profile_name(environment);
  // Only who asks for a profile must have it.
  if (name == default_profile) {
    GYR_TRY(const auto profile, storage::s3::read_profile(context.files, name));
    if (!profile) return nullptr;
  }
  return storage::s3::keys_of_profile(context, name);
}

storage::s3::Credentials configured_keys(const config::Storage& settings) {
  switch (settings.type.value_or(config::StorageType::local)) {
    case config::StorageType::s3: return {settings.s3.access_key, settings.s3.secret_key, settings.s3.session_token};
    case config::StorageType::minio:
      return {settings.minio.access_key, settings.minio.secret_key, settings.minio.session_token};
    case config::StorageType::cloudflare:
      return {settings.cloudflare.access_key_id, settings.cloudflare.secret_access_key,
              settings.cloudflare.session_token};
    case config::StorageType::local: break;
  }
  return {};
}

std::string_view name_of(config::StorageType type) {
  for (const auto& [name, value] : model::EnumNames<config::StorageType>::names()) {
    if (value == type) return name;
  }
  return "local";
}

/// Keys of the configuration, else those of the environment; on S3 else those of a profile, else of a role.
base::Result<std::unique_ptr<storage::s3::CredentialSource>> keys_of(const config::Storage& settings,
                                                                     const std::string& region,
                                                                     const char* const* environment,
                                                                     const base::Clock& clock) {
  const config::StorageType type = *settings.type;
  storage::s3::Credentials found = configured_keys(settings);
  const std::string root = fmt::format("kestra.storage.{}", name_of(type));
  if (found.access_key.empty() != found.secret_key.empty()) {
    return wrong(fmt::format("`{}` has one of the two keys only", root),
                 "set both, or none and the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
  }
  if (found.access_key.empty()) found = keys_in(environment);
  if (!found.access_key.empty() && !found.secret_key.empty())
    return std::make_unique<storage::s3::FixedCredentials>(std::move(found));
  if (type == config::StorageType::s3) {
    GYR_TRY(auto of_profile, keys_in_profile(region, environment, clock));
    return of_profile != nullptr ? std::move(of_profile) : keys_of_role(environment, clock);
  }
  return wrong(fmt::format("`{}` has no credentials", root),
               "set its keys, or the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
}

/// The keys of the role that `sts-role-arn` names, taken on with `own` keys; without it those.
base::Result<std::unique_ptr<storage::s3::CredentialSource>> keys_of_assumed_role(
    const config::S3Storage& keys, const std::string& region, std::unique_ptr<storage::s3::CredentialSource> own,
    const base::Clock& clock) {
  storage::s3::RoleOptions options;
  options.role_arn = keys.sts_role_arn;
  options.external_id = keys.sts_role_external_id;
  options.endpoint = keys.sts_endpoint_override;
  options.region = region;
  if (!keys.sts_role_session_name.empty()) options.session_name = keys.sts_role_session_name;
  const bool more = !options.external_id.empty() || !options.endpoint.empty() || !keys.sts_role_session_name.empty() ||
                    keys.sts_role_session_duration;
  if (options.role_arn.empty() && !more) return own;
  if (options.role_arn.empty())
    return wrong("`kestra.storage.s3` has `sts-…` keys, but no `sts-role-arn`", "set the role, or leave them out");
  constexpr base::Duration usual = base::Duration::of_seconds(900);
  options.duration_seconds = keys.sts_role_session_duration.value_or(usual).to_millis() / 1'000;
  if (!options.endpoint.empty()) {
    auto url = net::parse_url(options.endpoint);
    if (!url) return wrong(fmt::format("`kestra.storage.s3.sts-endpoint-override`: {}", url.error().message()));
    if (url->scheme != "https" && url->scheme != "http") {
      return wrong(
          fmt::format("`kestra.storage.s3.sts-endpoint-override: {}` is not an HTTP address", options.endpoint));
    }
  }
  return std::make_unique<storage::s3::RoleCredentials>(std::move(options), std::move(own), clock);
}

base::Result<OpenedStorage> open_folder(const config::LocalStorage& settings, const StorageContext& context) {
  const std::string folder = settings.base_path.value_or(context.folder.string());
  if (folder.empty()) return wrong("`kestra.storage.local.base-path` is not set", "set it to the folder of the files");
  OpenedStorage opened;
  GYR_TRY(opened.storage, storage::open_local_storage(
                              folder, context.beside_a_server ? storage::Incoming::leave : storage::Incoming::clear));
  std::error_code error;
  const fs::path real = fs::weakly_canonical(folder, error);
  if (error) return wrong(fmt::format("cannot open the folder `{}`: {}", folder, error.message()));
  opened.name = real.string();
  opened.tenants = [real] { return storage::local_tenants(real); };
  return opened;
}

}  // namespace

base::Result<storage::S3Options> object_store_options(const config::Storage& settings, const char* const* environment) {
  switch (*settings.type) {
    case config::StorageType::s3: return s3_options(settings.s3, environment);
    case config::StorageType::minio: return minio_options(settings.minio);
    default: return cloudflare_options(settings.cloudflare);
  }
}

base::Result<OpenedStorage> open_storage(const config::Storage& settings, StorageContext context) {
  const config::StorageType type = settings.type.value_or(config::StorageType::local);
  if (type == config::StorageType::local) return open_folder(settings.local, context);
  GYR_TRY(const storage::S3Options options, object_store_options(settings, context.environment));
  OpenedStorage opened;
  GYR_TRY(opened.credentials, keys_of(settings, options.region, context.environment, context.clock));
  if (type == config::StorageType::s3) {
    GYR_TRY(opened.credentials,
            keys_of_assumed_role(settings.s3, options.region, std::move(opened.credentials), context.clock));
  }
  auto made = storage::open_s3_storage(options, *opened.credentials, context.clock, context.rules, context.pauses);
  if (!made) return base::fail(made.error().with_prefix(fmt::format("`kestra.storage.{}`: ", name_of(type))));
  opened.storage = *std::move(made);
  opened.threads = threads_for_a_network;
  opened.name = fmt::format("s3://{}/{} at {} {}", options.bucket, options.prefix, options.endpoint, options.region);
  opened.tenants = [options, credentials = opened.credentials.get(), &clock = context.clock] {
    return storage::s3_tenants(options, *credentials, clock);
  };
  opened.drop_leading_slashes = [options, credentials = opened.credentials.get(), &clock = context.clock,
                                 rules = context.rules, &pauses = context.pauses](
                                    bool dry_run, const std::function<void(std::string_view)>& kept) {
    return storage::s3_drop_leading_slashes(options, *credentials, clock, rules, pauses, dry_run, kept);
  };
  return opened;
}

storage::RetryRules retry_rules(const config::Retries& settings) {
  return {.attempts = settings.attempts,
          .delay = settings.delay,
          .multiplier = settings.multiplier,
          .max_delay = settings.max_delay};
}

}  // namespace gyr::main

#include "main/storage_settings.h"

#include <fmt/format.h>

#include <charconv>

#include "base/text.h"
#include "net/url.h"
#include "storage/local/local_storage.h"
#include "storage/s3/machine_credentials.h"
#include "storage/s3/profiles.h"
#include "storage/s3/role_credentials.h"

namespace gyr::main {
namespace {

namespace fs = std::filesystem;

constexpr size_t mebibyte = 1 << 20;
/// S3 takes no smaller parts, but for the last; a writer keeps a part in memory.
constexpr size_t min_part = 5 * mebibyte;
constexpr size_t max_part = 256 * mebibyte;
/// A call to a store takes some ten milliseconds, in which its thread does nothing.
constexpr size_t threads_for_a_network = 32;

std::unexpected<base::Error> wrong(std::string message, std::string hint = {}) {
  base::Error error(bad_configuration, std::move(message));
  return base::fail(hint.empty() ? error : error.with_hint(std::move(hint)));
}

std::string variable(const char* const* environment, std::string_view name) {
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view line = *environment;
    if (line.starts_with(name) && line.substr(name.size()).starts_with('='))
      return std::string(line.substr(name.size() + 1));
  }
  return {};
}

/// The keys below `kestra.storage.TYPE.`; an empty text is as good as none.
class Keys {
 public:
  Keys(const Configuration& configuration, const std::string& type)
      : configuration_(configuration), root_("kestra.storage." + type + ".") {}

  std::string text(std::string_view key) const { return configuration_.text(full(key), ""); }
  base::Result<bool> boolean(std::string_view key, bool otherwise) const {
    return configuration_.boolean(full(key), otherwise);
  }
  base::Result<std::string> needed(std::string_view key) const {
    std::string value = text(key);
    if (value.empty()) return wrong(fmt::format("`{}` is not set", full(key)), "the storage needs it");
    return value;
  }
  /// Keys that would change what happens, but that nothing here obeys.
  base::Result<void> refuse(std::initializer_list<std::string_view> keys) const {
    for (const std::string_view key : keys) {
      const auto found = configuration_.value(full(key));
      if (found.is_null() || (found.is_string() && found.text().empty())) continue;
      return wrong(fmt::format("`{}` is not available in this version", full(key)), "leave it out");
    }
    return {};
  }
  /// `8388608`, `8MB`; 1024 bytes to the kilobyte, as Micronaut counts.
  base::Result<size_t> part_size(size_t otherwise) const {
    const std::string value = text("part-size");
    if (value.empty()) return otherwise;
    uint64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    const std::string unit = base::to_lower_ascii(std::string_view(end, value.data() + value.size()));
    uint64_t factor = 0;
    if (unit.empty() || unit == "b") factor = 1;
    if (unit == "kb") factor = mebibyte / 1'024;
    if (unit == "mb") factor = mebibyte;
    if (error != std::errc() || factor == 0 || number > max_part || number * factor < min_part ||
        number * factor > max_part) {
      return wrong(fmt::format("`{}: {}` is no size from 5MB to 256MB", full("part-size"), value));
    }
    return static_cast<size_t>(number * factor);
  }

 private:
  std::string full(std::string_view key) const { return root_ + std::string(key); }

  const Configuration& configuration_;
  std::string root_;
};

constexpr std::string_view default_profile = "default";

/// Where Amazon's tools look for profiles.
storage::s3::ProfileFiles profile_files(const char* const* environment) {
  storage::s3::ProfileFiles files;
  const std::string home = variable(environment, "HOME");
  const auto file = [&](std::string_view name, std::string_view usual) -> fs::path {
    if (std::string given = variable(environment, name); !given.empty()) return given;
    return home.empty() ? fs::path() : fs::path(home) / ".aws" / usual;
  };
  files.credentials = file("AWS_SHARED_CREDENTIALS_FILE", "credentials");
  files.config = file("AWS_CONFIG_FILE", "config");
  return files;
}

std::string profile_name(const char* const* environment) {
  std::string name = variable(environment, "AWS_PROFILE");
  return name.empty() ? std::string(default_profile) : name;
}

base::Result<std::string> region_of_profile(const char* const* environment) {
  GYR_TRY(const auto profile, storage::s3::read_profile(profile_files(environment), profile_name(environment)));
  if (!profile) return std::string();
  const auto found = profile->find("region");
  return found == profile->end() ? std::string() : found->second;
}

base::Result<storage::S3Options> s3_options(const Keys& keys, const char* const* environment) {
  storage::S3Options options;
  GYR_TRY(options.bucket, keys.needed("bucket"));
  options.endpoint = keys.text("endpoint");
  options.prefix = keys.text("path");
  options.region = keys.text("region");
  for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (options.region.empty()) options.region = variable(environment, name);
  }
  if (options.region.empty() && options.endpoint.empty()) {
    GYR_TRY(options.region, region_of_profile(environment));
  }
  if (options.region.empty() && options.endpoint.empty()) {
    return wrong("`kestra.storage.s3.region` is not set",
                 "set it to the region of the bucket, or `endpoint` to the address of another store");
  }
  if (options.region.empty()) options.region = "us-east-1";
  GYR_TRY(options.path_style, keys.boolean("force-path-style", false));
  options.ca_pem = keys.text("ca-pem");
  return options;
}

base::Result<storage::S3Options> minio_options(const Keys& keys) {
  storage::S3Options options;
  GYR_CHECK(keys.refuse({"proxy-configuration", "ssl-options"}));
  GYR_TRY(options.bucket, keys.needed("bucket"));
  GYR_TRY(std::string endpoint, keys.needed("endpoint"));
  GYR_TRY(const bool secure, keys.boolean("secure", false));
  if (endpoint.find("://") == std::string::npos) endpoint = (secure ? "https://" : "http://") + endpoint;
  auto url = net::parse_url(endpoint);
  if (!url) return wrong(fmt::format("`kestra.storage.minio.endpoint`: {}", url.error().message()));
  if (const std::string port = keys.text("port"); !port.empty()) {
    uint16_t number = 0;
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (error != std::errc() || end != port.data() + port.size() || number == 0) {
      return wrong(fmt::format("`kestra.storage.minio.port: {}` is no port", port));
    }
    url->port = number;
  }
  options.endpoint = url->to_string();
  options.region = keys.text("region");
  if (options.region.empty()) options.region = "us-east-1";
  GYR_TRY(const bool by_host, keys.boolean("vhost", false));
  options.path_style = !by_host;
  options.ca_pem = keys.text("ca-pem");
  options.client_certificate_pem = options.client_key_pem = keys.text("client-pem");
  return options;
}

base::Result<storage::S3Options> cloudflare_options(const Keys& keys) {
  storage::S3Options options;
  GYR_TRY(options.bucket, keys.needed("bucket"));
  options.endpoint = keys.text("endpoint-override");
  if (options.endpoint.empty()) {
    GYR_TRY(std::string host, keys.needed("account-id"));
    if (const std::string jurisdiction = keys.text("jurisdiction"); !jurisdiction.empty())
      host += "." + base::to_lower_ascii(jurisdiction);
    options.endpoint = fmt::format("https://{}.r2.cloudflarestorage.com", host);
  }
  options.region = "auto";
  options.path_style = true;
  options.prefix = keys.text("path");
  return options;
}

/// Where the machine or the container has keys for its role, as the environment says.
base::Result<std::unique_ptr<storage::s3::CredentialSource>> keys_of_role(const char* const* environment,
                                                                          const base::Clock& clock) {
  storage::s3::MachineCredentialOptions options;
  options.container_url = variable(environment, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (const std::string path = variable(environment, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"); !path.empty()) {
    options.container_url = "http://169.254.170.2" + path;
  }
  if (!options.container_url.empty()) GYR_CHECK(storage::s3::check_container_url(options.container_url));
  options.container_token = variable(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN");
  options.container_token_file = variable(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  return std::make_unique<storage::s3::MachineCredentials>(std::move(options), clock);
}

storage::s3::Credentials keys_in(const char* const* environment) {
  return {variable(environment, "AWS_ACCESS_KEY_ID"), variable(environment, "AWS_SECRET_ACCESS_KEY"),
          variable(environment, "AWS_SESSION_TOKEN")};
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
      .sts_endpoint = variable(environment, "AWS_ENDPOINT_URL_STS"),
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

/// Keys of the configuration, else those of the environment; on S3 else those of a profile, else of a role.
base::Result<std::unique_ptr<storage::s3::CredentialSource>> keys_of(const Configuration& configuration,
                                                                     const std::string& type, const std::string& region,
                                                                     const char* const* environment,
                                                                     const base::Clock& clock) {
  const Keys keys(configuration, type);
  storage::s3::Credentials found;
  found.access_key = keys.text(type == "cloudflare" ? "access-key-id" : "access-key");
  found.secret_key = keys.text(type == "cloudflare" ? "secret-access-key" : "secret-key");
  found.session_token = keys.text("session-token");
  const std::string root = "kestra.storage." + type;
  if (found.access_key.empty() != found.secret_key.empty()) {
    return wrong(fmt::format("`{}` has one of the two keys only", root),
                 "set both, or none and the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
  }
  if (found.access_key.empty()) found = keys_in(environment);
  if (!found.access_key.empty() && !found.secret_key.empty())
    return std::make_unique<storage::s3::FixedCredentials>(std::move(found));
  if (type == "s3") {
    GYR_TRY(auto of_profile, keys_in_profile(region, environment, clock));
    return of_profile != nullptr ? std::move(of_profile) : keys_of_role(environment, clock);
  }
  return wrong(fmt::format("`{}` has no keys", root),
               "set its keys, or the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
}

/// The keys of the role that `sts-role-arn` names, taken on with `own` keys; without it those.
base::Result<std::unique_ptr<storage::s3::CredentialSource>> keys_of_assumed_role(
    const Configuration& configuration, const std::string& region, std::unique_ptr<storage::s3::CredentialSource> own,
    const base::Clock& clock) {
  const Keys keys(configuration, "s3");
  storage::s3::RoleOptions options;
  options.role_arn = keys.text("sts-role-arn");
  options.external_id = keys.text("sts-role-external-id");
  options.endpoint = keys.text("sts-endpoint-override");
  options.region = region;
  if (const std::string name = keys.text("sts-role-session-name"); !name.empty()) options.session_name = name;
  const bool more = !options.external_id.empty() || !options.endpoint.empty() ||
                    !keys.text("sts-role-session-name").empty() || !keys.text("sts-role-session-duration").empty();
  if (options.role_arn.empty() && !more) return own;
  if (options.role_arn.empty())
    return wrong("`kestra.storage.s3` has `sts-…` keys, but no `sts-role-arn`", "set the role, or leave them out");
  constexpr std::string_view duration = "kestra.storage.s3.sts-role-session-duration";
  constexpr int64_t shortest = 900, longest = 43'200;  // the service's limits
  GYR_TRY(const base::Duration given, configuration.duration(duration, base::Duration::of_seconds(shortest)));
  options.duration_seconds = given.to_millis() / 1'000;
  if (options.duration_seconds < shortest || options.duration_seconds > longest)
    return wrong(fmt::format("`{}` is no time from 15 minutes to 12 hours", duration));
  if (!options.endpoint.empty()) {
    auto url = net::parse_url(options.endpoint);
    if (!url) return wrong(fmt::format("`kestra.storage.s3.sts-endpoint-override`: {}", url.error().message()));
    if (url->scheme != "https" && url->scheme != "http") {
      return wrong(fmt::format("`kestra.storage.s3.sts-endpoint-override: {}` is no http address", options.endpoint));
    }
  }
  return std::make_unique<storage::s3::RoleCredentials>(std::move(options), std::move(own), clock);
}

base::Result<OpenedStorage> open_folder(const Configuration& configuration, const StorageContext& context) {
  const std::string folder = configuration.text("kestra.storage.local.base-path", context.folder.string());
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

base::Result<storage::S3Options> object_store_options(const Configuration& configuration, const std::string& type,
                                                      const char* const* environment) {
  const Keys keys(configuration, type);
  auto options = type == "s3"      ? s3_options(keys, environment)
                 : type == "minio" ? minio_options(keys)
                                   : cloudflare_options(keys);
  if (!options) return options;
  GYR_TRY(options->part_bytes, keys.part_size(options->part_bytes));
  return options;
}

base::Result<OpenedStorage> open_storage(const Configuration& configuration, StorageContext context) {
  const std::string type = configuration.text("kestra.storage.type", "local");
  if (type == "local") return open_folder(configuration, context);
  if (type != "s3" && type != "minio" && type != "cloudflare") {
    return wrong(fmt::format("`kestra.storage.type: {}` is not available in this version", type),
                 "use `local`, `s3`, `minio` or `cloudflare`");
  }
  GYR_TRY(const storage::S3Options options, object_store_options(configuration, type, context.environment));
  OpenedStorage opened;
  GYR_TRY(opened.credentials, keys_of(configuration, type, options.region, context.environment, context.clock));
  if (type == "s3") {
    GYR_TRY(opened.credentials,
            keys_of_assumed_role(configuration, options.region, std::move(opened.credentials), context.clock));
  }
  auto made = storage::open_s3_storage(options, *opened.credentials, context.clock, context.rules, context.pauses);
  if (!made) return base::fail(made.error().with_prefix(fmt::format("`kestra.storage.{}`: ", type)));
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

base::Result<storage::RetryRules> retry_rules(const Configuration& configuration) {
  storage::RetryRules rules;
  GYR_TRY(int64_t attempts, configuration.integer("kestra.retries.attempts", rules.attempts, 1, 100));
  rules.attempts = static_cast<int32_t>(attempts);
  GYR_TRY(rules.delay, configuration.duration("kestra.retries.delay", rules.delay));
  if (configuration.text("kestra.retries.max-delay")) {
    GYR_TRY(rules.max_delay, configuration.duration("kestra.retries.max-delay", {}));
  }
  if (auto text = configuration.text("kestra.retries.multiplier")) {
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), rules.multiplier);
    constexpr double most = 1'000;
    if (error != std::errc() || end != text->data() + text->size() ||
        !(rules.multiplier >= 0 && rules.multiplier <= most)) {
      return base::fail(bad_configuration, "`kestra.retries.multiplier: " + *text + "` is no number from 0 to 1000");
    }
  }
  return rules;
}

}  // namespace gyr::main

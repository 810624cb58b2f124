#include "storage/s3/profiles.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/log.h"
#include "base/text.h"
#include "storage/s3/role_credentials.h"
#include "storage/s3/s3_storage.h"
#include "storage/storage.h"

namespace gyr::storage::s3 {
namespace {

constexpr uint64_t max_file = 1 << 20;
constexpr size_t max_shown = 100;
/// Roles that are taken on with the keys of other roles.
constexpr size_t max_profiles = 5;
constexpr int64_t min_session = 900, max_session = 43'200;  // the service's limits

std::unexpected<base::Error> wrong(std::string message, std::string hint = {}) {
  base::Error error(storage_misconfigured, std::move(message));
  return base::fail(hint.empty() ? error : error.with_hint(std::move(hint)));
}

std::string shown(std::string_view name) { return base::repair_utf8(name.substr(0, max_shown)); }

/// A file with its lines; nothing where there is none.
base::Result<std::optional<std::string>> text_of(const std::filesystem::path& file) {
  if (file.empty()) return std::nullopt;
  auto source = source_of_file(file);
  if (!source && source.error().code() == file_not_found) return std::nullopt;
  if (!source) return wrong(source.error().message(), "give the server permission to read it");
  std::string text(max_file + 1, '\0');
  size_t size = 0;
  while (size < text.size()) {
    auto more = (*source)->read(text.data() + size, text.size() - size);
    if (!more) return wrong(more.error().message());
    if (*more == 0) break;
    size += *more;
  }
  if (size > max_file) return wrong(fmt::format("`{}` has more than {} bytes", file.string(), max_file));
  text.resize(size);
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  if (text.starts_with(mark)) text.erase(0, mark.size());
  return text;
}

/// The profile that a line `[…]` begins; nothing for other sections.
std::optional<std::string> profile_of(std::string_view section, bool is_config) {
  section = base::trim(section);
  constexpr std::string_view word = "profile";
  if (is_config && section != "default") {
    if (!section.starts_with(word) || section.size() == word.size()) return std::nullopt;
    const char next = section[word.size()];
    if (next != ' ' && next != '\t') return std::nullopt;
    section = base::trim(section.substr(word.size()));
  }
  if (section.size() > 1 && section.front() == section.back() && (section.front() == '"' || section.front() == '\''))
    section = section.substr(1, section.size() - 2);
  return std::string(section);
}

/// The value without the comment after it, which follows a space.
std::string_view without_remark(std::string_view value) {
  for (size_t i = 1; i < value.size(); ++i) {
    const bool behind_blank = value[i - 1] == ' ' || value[i - 1] == '\t';
    if (behind_blank && (value[i] == '#' || value[i] == ';')) return base::trim(value.substr(0, i));
  }
  return value;
}

/// Puts what one file says of a profile into `found`, which is made where it says anything.
base::Result<void> add_settings(const std::filesystem::path& file, bool is_config, std::string_view name,
                                std::optional<Profile>& found) {
  GYR_TRY(const auto text, text_of(file));
  if (!text) return {};
  bool in_section = false;
  bool in_profile = false;
  size_t number = 0;
  for (const std::string_view line : base::split(*text, '\n')) {
    number += 1;
    const std::string_view content = base::trim(line);
    if (content.empty() || content.front() == '#' || content.front() == ';') continue;
    if (content.front() == '[') {
      const size_t end = content.find(']');
      if (end == std::string_view::npos)
        return wrong(fmt::format("`{}`, line {}: a `]` is missing", file.string(), number));
      in_section = true;
      in_profile = profile_of(content.substr(1, end - 1), is_config) == name;
      if (in_profile && !found) found.emplace();
      continue;
    }
    if (!in_section)
      return wrong(fmt::format("`{}`, line {}: a setting before the first section `[…]`", file.string(), number));
    // A line that is moved in belongs to the setting above it, and to nothing that is looked at here.
    if (!in_profile || line.front() == ' ' || line.front() == '\t') continue;
    const size_t equals = content.find('=');
    if (equals == std::string_view::npos)
      return wrong(fmt::format("`{}`, line {}: a `=` is missing", file.string(), number));
    const std::string setting = base::to_lower_ascii(base::trim(content.substr(0, equals)));
    (*found)[setting] = without_remark(base::trim(content.substr(equals + 1)));
  }
  return {};
}

std::string setting(const Profile& profile, std::string_view name) {
  const auto found = profile.find(name);
  return found == profile.end() ? std::string() : found->second;
}

/// Whether it is valid in a header.
bool is_key(std::string_view text) {
  constexpr size_t max_key = 16 << 10;  // tokens of sessions are long
  return text.size() <= max_key && std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

base::Result<Credentials> own_keys(const Profile& profile, std::string_view name) {
  Credentials keys{setting(profile, "aws_access_key_id"), setting(profile, "aws_secret_access_key"),
                   setting(profile, "aws_session_token")};
  if (keys.access_key.empty() || keys.secret_key.empty())
    return wrong(fmt::format("the profile `{}` has only one of the two keys", shown(name)),
                 "set `aws_access_key_id` and `aws_secret_access_key`");
  if (!is_key(keys.access_key) || !is_key(keys.secret_key) || !is_key(keys.session_token))
    return wrong(fmt::format("the keys of the profile `{}` have invalid characters", shown(name)));
  return keys;
}

base::Result<RoleOptions> role_of(const ProfileContext& context, const Profile& profile, std::string_view name) {
  RoleOptions role;
  role.role_arn = setting(profile, "role_arn");
  role.external_id = setting(profile, "external_id");
  role.endpoint = context.sts_endpoint;
  role.region = setting(profile, "region");
  if (role.region.empty()) role.region = context.region;
  if (const std::string session = setting(profile, "role_session_name"); !session.empty()) role.session_name = session;
  const std::string seconds = setting(profile, "duration_seconds");
  if (seconds.empty()) return role;
  const auto [end, error] = std::from_chars(seconds.data(), seconds.data() + seconds.size(), role.duration_seconds);
  if (error != std::errc() || end != seconds.data() + seconds.size() || role.duration_seconds < min_session ||
      role.duration_seconds > max_session) {
    return wrong(fmt::format("`duration_seconds` of the profile `{}` must be a number from {} to {}", shown(name),
                             min_session, max_session));
  }
  return role;
}

base::Result<void> refuse_unavailable(const Profile& profile, std::string_view name) {
  for (const auto& [key, value] : profile) {
    const bool unavailable = key.starts_with("sso_") || key == "credential_process" ||
                             key == "web_identity_token_file" || key == "mfa_serial";
    if (!unavailable) continue;
    return wrong(fmt::format("`{}` of the profile `{}` is not supported in this version", shown(key), shown(name)),
                 "use keys, `role_arn` with `source_profile` or `credential_source`, or select another profile with "
                 "AWS_PROFILE");
  }
  return {};
}

/// `above`: the profiles whose roles are assumed with the keys of this profile.
base::Result<std::unique_ptr<CredentialSource>> keys_below(const ProfileContext& context, std::string_view name,
                                                           std::vector<std::string> above) {
  GYR_TRY(const auto profile, read_profile(context.files, name));
  if (!profile) {
    return wrong(fmt::format("the profile `{}` does not exist", shown(name)),
                 fmt::format("profiles are read from `{}` and `{}`", context.files.credentials.string(),
                             context.files.config.string()));
  }
  const bool has_keys = profile->contains("aws_access_key_id") || profile->contains("aws_secret_access_key");
  const auto own = [&]() -> base::Result<std::unique_ptr<CredentialSource>> {
    GYR_CHECK(own_keys(*profile, name));
    return std::make_unique<ProfileCredentials>(context.files, std::string(name));
  };
  // A profile whose role is assumed with its own keys refers to itself.
  if (!above.empty() && above.back() == name) return own();
  if (setting(*profile, "role_arn").empty()) {
    if (has_keys) return own();
    GYR_CHECK(refuse_unavailable(*profile, name));
    return std::unique_ptr<CredentialSource>();
  }
  GYR_CHECK(refuse_unavailable(*profile, name));
  GYR_TRY(RoleOptions role, role_of(context, *profile, name));
  const std::string from_profile = setting(*profile, "source_profile");
  const std::string from_place = setting(*profile, "credential_source");
  if (from_profile.empty() == from_place.empty()) {
    return wrong(fmt::format(
        "the profile `{}` has a `role_arn` and must have exactly one of `source_profile` and `credential_source`",
        shown(name)));
  }
  std::unique_ptr<CredentialSource> below;
  if (!from_place.empty()) {
    GYR_TRY(below, context.source(from_place));
  } else {
    const bool again = std::ranges::find(above, from_profile) != above.end();
    above.emplace_back(name);
    if (again || above.size() > max_profiles)
      return wrong(fmt::format("the profiles of the profile `{}` form a cycle or are more than {}",
                               shown(above.front()), max_profiles));
    GYR_TRY(below, keys_below(context, from_profile, std::move(above)));
    if (below == nullptr) return wrong(fmt::format("the profile `{}` has no credentials", shown(from_profile)));
  }
  return std::make_unique<RoleCredentials>(std::move(role), std::move(below), context.clock);
}

}  // namespace

base::Result<std::optional<Profile>> read_profile(const ProfileFiles& files, std::string_view name) {
  std::optional<Profile> found;
  GYR_CHECK(add_settings(files.config, true, name, found));
  GYR_CHECK(add_settings(files.credentials, false, name, found));
  return found;
}

base::Result<std::unique_ptr<CredentialSource>> keys_of_profile(const ProfileContext& context, std::string_view name) {
  return keys_below(context, name, {});
}

ProfileCredentials::Stamp ProfileCredentials::stamp() const {
  Stamp all;
  for (const auto& file : {files_.credentials, files_.config}) {
    struct stat status = {};
    if (::stat(file.c_str(), &status) != 0) status = {};
    for (const auto value : {static_cast<int64_t>(status.st_size), static_cast<int64_t>(status.st_ino),
                             static_cast<int64_t>(status.st_mtim.tv_sec), static_cast<int64_t>(status.st_mtim.tv_nsec)})
      all.push_back(value);
  }
  return all;
}

base::Result<Credentials> ProfileCredentials::read() const {
  GYR_TRY(const auto profile, read_profile(files_, name_));
  if (!profile) return wrong(fmt::format("the profile `{}` does not exist", shown(name_)));
  return own_keys(*profile, name_);
}

base::Result<Credentials> ProfileCredentials::get() {
  std::lock_guard lock(mutex_);
  // Before reading: what changes meanwhile is read next time.
  Stamp now = stamp();
  if (keys_ && now == read_at_) return *keys_;
  auto keys = read();
  if (!keys && !keys_) return keys;
  if (keys) {
    keys_ = *std::move(keys);
  } else {
    base::log::warn("cannot reload the credentials of the storage: {}", keys.error().message());
  }
  read_at_ = std::move(now);
  return *keys_;
}

}  // namespace gyr::storage::s3

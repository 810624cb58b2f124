#include "plugins/script/working_files.h"

#include <fstream>

#include "base/id.h"
#include "base/text.h"
#include "expression/template.h"
#include "plugins/script/file_pattern.h"
#include "syntax/json.h"

namespace gyr::plugins::script {
namespace {

namespace fs = std::filesystem;
using base::Value;

constexpr std::string_view storage_scheme = "kestra://";

bool is_address(std::string_view content) {
  return content.starts_with(storage_scheme) || content.starts_with("nsfile://") || content.starts_with("file://");
}

/// One file to be made: a content to write, or an address to fetch.
struct InputFile {
  std::string name;
  std::string content;
};

base::Result<std::vector<InputFile>> read_input_files(const Value& given) {
  Value files = given;
  bool json_text = given.is_string();
  if (json_text) {
    auto parsed = syntax::parse_json(given.text());
    if (!parsed) {
      return base::fail(base::Error(bad_file, fmt::format("`inputFiles` is a string that is not a JSON object: {}",
                                                          parsed.error().message()))
                            .with_cause(parsed.error()));
    }
    files = *std::move(parsed);
  }
  if (!files.is_map())
    return base::fail(bad_file, "`inputFiles` must be a map of file names to contents, or its JSON text");
  std::vector<InputFile> result;
  for (const auto& [key, content] : files.entries()) {
    if (key.text().empty() || key.text().ends_with('/')) {
      return base::fail(bad_file, fmt::format("`{}` in `inputFiles` is not a file name", key.text()));
    }
    if (content.is_container()) {
      return base::fail(
          base::Error(bad_file, fmt::format("the content of the input file `{}` must be a string, not a {}", key.text(),
                                            content.is_list() ? "list" : "map"))
              .with_hint("convert it to a string, for example with the filter `toJson`"));
    }
    if (content.is_null() && !json_text) continue;
    result.push_back({std::string(key.text()), content.is_null() ? std::string() : expression::to_text(content)});
  }
  return result;
}

std::string url_encoded(std::string_view name) {
  std::string out;
  for (char character : name) {
    auto byte = static_cast<unsigned char>(character);
    if (std::isalnum(byte) != 0 || std::string_view("-._~").find(character) != std::string_view::npos) {
      out += character;
    } else {
      out += fmt::format("%{:02X}", byte);
    }
  }
  return out;
}

/// STOR-8: equal names in different folders must not meet.
std::string stored_name(const fs::path& file) {
  Value path = Value::string(file.string());
  Value parent = Value::string(file.parent_path().string());
  base::Id id{base::hash_of(path), base::hash_of(parent)};
  return id.to_text() + "-" + url_encoded(file.filename().string());
}

/// Calls `visit` with every regular file below a directory; links are never followed.
template <class Visit>
base::Result<void> walk(const fs::path& directory, Visit&& visit) {
  std::error_code error;
  fs::recursive_directory_iterator at(directory, fs::directory_options::skip_permission_denied, error);
  size_t seen = 0;
  for (fs::recursive_directory_iterator end; !error && at != end; at.increment(error)) {
    if (++seen > max_entries_walked) {
      return base::fail(bad_file,
                        fmt::format("the working directory has more than {} files and folders", max_entries_walked));
    }
    std::error_code ignored;  // a file that disappears in the meantime does not count
    if (at->is_symlink(ignored) || !at->is_regular_file(ignored)) continue;
    GYR_CHECK(visit(at->path()));
  }
  if (error)
    return base::fail(bad_file, fmt::format("cannot read the folder `{}`: {}", directory.string(), error.message()));
  return {};
}

bool is_own(const OwnFiles& own, const fs::path& directory, fs::path path) {
  for (; path != directory && path.has_relative_path(); path = path.parent_path()) {
    if (own.contains(path)) return true;
  }
  return false;
}

bool is_address_character(char character) {
  return std::isalnum(static_cast<unsigned char>(character)) != 0 ||
         std::string_view("-%._+~#=/").find(character) != std::string_view::npos;
}

/// The `kestra://` addresses in a text, as parts of it.
std::vector<std::string_view> find_addresses(std::string_view text) {
  std::vector<std::string_view> found;
  for (size_t at = text.find(storage_scheme); at != std::string_view::npos; at = text.find(storage_scheme, at)) {
    size_t end = at + storage_scheme.size();
    while (end < text.size() && is_address_character(text[end])) ++end;
    found.push_back(text.substr(at, end - at));
    at = end;
  }
  return found;
}

}  // namespace

base::Result<std::vector<FoundFile>> find_output_files(const fs::path& directory,
                                                       const std::vector<std::string>& patterns,
                                                       const fs::path& output_directory, const OwnFiles& own) {
  std::vector<FilePattern> compiled;
  for (const auto& pattern : patterns) {
    GYR_TRY(auto one, FilePattern::in_directory(pattern, directory.string()));
    compiled.push_back(std::move(one));
  }
  std::vector<FoundFile> found;
  auto keep = [&](std::string name, const fs::path& path) -> base::Result<void> {
    found.push_back({base::repair_utf8(name), path});
    if (found.size() <= max_output_files) return {};
    return base::fail(base::Error(bad_file, fmt::format("more than {} output files", max_output_files))
                          .with_hint("write the files to an archive and keep the archive"));
  };
  if (!compiled.empty()) {
    GYR_CHECK(walk(directory, [&](const fs::path& path) -> base::Result<void> {
      auto matches = [&](const FilePattern& pattern) { return pattern.matches(path.native()); };
      if (is_own(own, directory, path) || std::none_of(compiled.begin(), compiled.end(), matches)) return {};
      return keep(path.lexically_relative(directory).string(), path);
    }));
  }
  if (!output_directory.empty()) {
    GYR_CHECK(walk(output_directory, [&](const fs::path& path) {
      return keep(path.lexically_relative(output_directory).string(), path);
    }));
  }
  std::sort(found.begin(), found.end(), [](const FoundFile& a, const FoundFile& b) { return a.name < b.name; });
  return found;
}

base::Result<void> write_local_file(const fs::path& file, std::string_view bytes) {
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  if (!error) {
    std::ofstream stream(file, std::ios::binary | std::ios::trunc);
    stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    stream.close();
    if (stream) return {};
    error = std::error_code(errno != 0 ? errno : EIO, std::generic_category());
  }
  return base::fail(bad_file, fmt::format("cannot write the file `{}`: {}", file.string(), error.message()));
}

SecretFiles find_secret_files(const Value& written) {
  auto names_secret = [](const Value& value) {
    return value.is_string() && (value.text().find("secret(") != std::string_view::npos ||
                                 value.text().find("credential(") != std::string_view::npos);
  };
  SecretFiles found{.all = names_secret(written), .names = {}};
  if (!written.is_map()) return found;
  for (const auto& file : written.entries()) {
    if (names_secret(file.value)) found.names.emplace(file.name());
  }
  return found;
}

base::Task<base::Result<size_t>> write_input_files(plugin::RunContext& context, Value input_files, SecretFiles secret,
                                                   std::vector<fs::path>* secret_paths) {
  plugin::Files* files = context.files();
  GYR_CO_TRY(auto wanted, read_input_files(input_files));
  for (InputFile& file : wanted) {
    GYR_CO_TRY(fs::path path, files->resolve(file.name));
    if (secret_paths != nullptr && (secret.all || secret.names.contains(file.name))) {
      base::Result<void> made;
      co_await files->on_pool([&] {  // before there is anything to read in it
        made = write_local_file(path, "");
        std::error_code error;
        if (made) fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write, error);
        if (error) made = base::fail(bad_file, fmt::format("cannot protect `{}`: {}", file.name, error.message()));
      });
      GYR_CO_CHECK(made);
      secret_paths->push_back(path);
    }
    if (is_address(file.content)) {
      std::error_code error;
      fs::create_directories(path.parent_path(), error);
      if (error)
        co_return base::fail(bad_file, fmt::format("cannot create the folder of `{}`: {}", file.name, error.message()));
      GYR_CO_CHECK(co_await files->fetch(std::move(file.content), path));
      continue;
    }
    base::Result<void> written;
    co_await files->on_pool([&written, &path, &file] { written = write_local_file(path, file.content); });
    GYR_CO_CHECK(written);
  }
  co_return wanted.size();
}

base::Task<base::Result<std::vector<std::string>>> localize_addresses(plugin::RunContext& context,
                                                                      std::vector<std::string> texts, OwnFiles* own) {
  plugin::Files* files = context.files();
  std::map<std::string, std::string> copies;
  for (const auto& text : texts) {
    for (std::string_view address : find_addresses(text)) copies.emplace(address, "");
  }
  for (auto& [address, copy] : copies) {
    GYR_CO_TRY(fs::path directory, files->working_directory());
    // The end of the address keeps its extension, which some programs go by.
    std::string extension = fs::path(address).extension().string();
    if (extension.find('%') != std::string::npos) extension.clear();
    // Named after the URI, so that a resumed container has the copy under the same name.
    base::Id name{base::hash_of(Value::string(address)), base::hash_of(Value::string("copy of " + address))};
    fs::path path = directory / (name.to_text() + extension);
    GYR_CO_CHECK(co_await files->fetch(address, path));
    own->insert(path);
    copy = path.string();
  }
  for (auto& text : texts) {
    std::string replaced;
    size_t from = 0;
    for (std::string_view address : find_addresses(text)) {
      auto at = static_cast<size_t>(address.data() - text.data());
      replaced.append(text, from, at - from);
      replaced += copies.find(std::string(address))->second;
      from = at + address.size();
    }
    if (from == 0) continue;
    replaced.append(text, from);
    text = std::move(replaced);
  }
  co_return texts;
}

base::Task<base::Result<Value>> store_output_files(plugin::RunContext& context, std::vector<std::string> patterns,
                                                   fs::path output_directory, OwnFiles own) {
  plugin::Files* files = context.files();
  base::MapBuilder stored;
  if (patterns.empty() && output_directory.empty()) co_return stored.build();
  GYR_CO_TRY(fs::path directory, files->working_directory());
  base::Result<std::vector<FoundFile>> found;
  co_await files->on_pool([&] { found = find_output_files(directory, patterns, output_directory, own); });
  if (!found) co_return base::fail(found.error());
  for (const FoundFile& file : *found) {
    GYR_CO_TRY(std::string address, co_await files->store(file.path, stored_name(file.path)));
    stored.set(file.name, Value::string(address));
  }
  co_return stored.build();
}

}  // namespace gyr::plugins::script

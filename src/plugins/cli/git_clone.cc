// io.kestra.plugin.git.Clone (PLUG-511)
#include <algorithm>
#include <deque>

#include "base/id.h"
#include "base/text.h"
#include "expression/template.h"
#include "net/url.h"
#include "plugin_api/render.h"
#include "plugins/cli/cli_tasks.h"
#include "plugins/cli/shell_text.h"
#include "plugins/script/python_packages.h"
#include "plugins/script/working_files.h"

namespace gyr::plugins::cli {
namespace {

namespace fs = std::filesystem;
using base::Value;

constexpr base::ErrorCode git_failed{"GYR-P052"};

/// Lines of git that a failure quotes.
constexpr size_t quoted_lines = 5;

/// Answers the questions of git and ssh. The answers are in the environment, and on no command line.
constexpr std::string_view askpass = R"(#!/bin/sh
case "$1" in
*assphrase*) printf '%s\n' "$GYR_GIT_PASSPHRASE" ;;
Username*) printf '%s\n' "$GYR_GIT_USERNAME" ;;
*assword*) printf '%s\n' "$GYR_GIT_PASSWORD" ;;
*) exit 1 ;;
esac
)";

struct Clone {
  model::Dynamic<std::string> url;
  model::Dynamic<std::string> branch;
  model::Dynamic<std::string> tag;
  model::Dynamic<std::string> commit;
  model::Dynamic<std::string> directory;
  model::Dynamic<int64_t> depth;
  model::Dynamic<bool> clone_submodules;
  model::Dynamic<std::string> username;
  model::Dynamic<std::string> password;
  model::Dynamic<std::string> private_key;
  model::Dynamic<std::string> passphrase;
  model::Dynamic<std::string> trusted_ca;
  model::Dynamic<base::Value> git_config;
  base::Task<plugin::TaskResult> run(plugin::RunContext& context) const;
};

/// Where a repository is, without the credentials that were in its address.
struct Remote {
  std::string url;
  std::string username;
  std::string password;
};

base::Result<std::string> credential_of(std::string_view text) {
  auto decoded = net::percent_decode(text);
  if (decoded) return decoded;
  // The message quotes nothing: the text is a secret.
  return base::fail(base::Error(git_failed, "the user name or password in `url` has a `%` that begins no escape")
                        .with_hint("write `%25` for a percent sign, or use `username` and `password`"));
}

base::Result<Remote> read_remote(std::string_view url) {
  Remote remote{.url = std::string(url)};
  if (url.empty() || url.starts_with('-') || url.find_first_of("\n\r") != std::string_view::npos || url.contains('\0'))
    return base::fail(git_failed, "`url` is not the address of a repository");
  const size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) {
    if (url.find("::") != std::string_view::npos)
      return base::fail(git_failed, "`url` names a transport that is not allowed: use https, http, ssh, git or file");
    return remote;
  }
  const std::string scheme = base::to_lower_ascii(url.substr(0, scheme_end));
  if (scheme != "http" && scheme != "https" && scheme != "ssh" && scheme != "git" && scheme != "file") {
    return base::fail(git_failed, fmt::format("`url` has the scheme `{}`: use https, http, ssh, git or file", scheme));
  }
  if (scheme != "http" && scheme != "https") return remote;
  const size_t begin = scheme_end + 3;
  const size_t end = std::min(url.find_first_of("/?#", begin), url.size());
  const size_t sign = url.substr(begin, end - begin).rfind('@');
  if (sign == std::string_view::npos) return remote;
  const std::string_view user = url.substr(begin, sign);
  const size_t colon = user.find(':');
  GYR_TRY(remote.username, credential_of(user.substr(0, colon)));
  if (colon != std::string_view::npos) {
    GYR_TRY(remote.password, credential_of(user.substr(colon + 1)));
  }
  remote.url = fmt::format("{}{}", url.substr(0, begin), url.substr(begin + sign + 1));
  return remote;
}

/// `{http: {sslVerify: false}}` and `{"http.sslVerify": false}` are the same.
void flatten(const Value& config, const std::string& prefix, std::vector<std::pair<std::string, std::string>>* out) {
  for (const auto& entry : config.entries()) {
    const std::string key = prefix.empty() ? std::string(entry.name()) : fmt::format("{}.{}", prefix, entry.name());
    if (entry.value.is_map()) {
      flatten(entry.value, key, out);
    } else if (!entry.value.is_null()) {
      out->emplace_back(key, expression::to_text(entry.value));
    }
  }
}

/// One clone: into a folder of its own first, so that a failure leaves nothing half done in the working directory.
class CloneRun {
 public:
  CloneRun(plugin::RunContext& context, const Clone& task) : context_(context), task_(task) {}

  base::Task<base::Result<Value>> run();

 private:
  base::Task<base::Result<void>> prepare();
  base::Task<base::Result<void>> fetch();
  base::Task<base::Result<std::string>> git(std::vector<std::string> arguments, fs::path directory);
  base::Result<void> move_tree();
  template <class T>
  base::Task<base::Result<T>> value(const model::Dynamic<T>& property, T otherwise) {
    GYR_CO_TRY(auto rendered, co_await context_.render(property));
    co_return rendered ? *std::move(rendered) : std::move(otherwise);
  }

  plugin::RunContext& context_;
  const Clone& task_;
  Remote remote_;
  fs::path target_;
  fs::path own_;  // removed at the end
  std::vector<std::pair<std::string, std::string>> environment_;
};

base::Task<base::Result<void>> CloneRun::prepare() {
  GYR_CO_TRY(std::string url, co_await value(task_.url, std::string()));
  GYR_CO_TRY(remote_, read_remote(url));
  GYR_CO_TRY(remote_.username, co_await value(task_.username, std::move(remote_.username)));
  GYR_CO_TRY(remote_.password, co_await value(task_.password, std::move(remote_.password)));
  GYR_CO_TRY(std::string key, co_await value(task_.private_key, std::string()));
  GYR_CO_TRY(std::string passphrase, co_await value(task_.passphrase, std::string()));
  for (const std::string& secret : {remote_.password, key, passphrase}) {
    if (!secret.empty()) context_.mask(secret);
  }
  environment_ = {{"GIT_TERMINAL_PROMPT", "0"},
                  {"GIT_ASKPASS", (own_ / "askpass").string()},
                  {"SSH_ASKPASS", (own_ / "askpass").string()},
                  {"SSH_ASKPASS_REQUIRE", "force"},
                  {"GYR_GIT_USERNAME", remote_.username},
                  {"GYR_GIT_PASSWORD", remote_.password},
                  {"GYR_GIT_PASSPHRASE", passphrase},
                  {"LC_ALL", "C.UTF-8"}};
  std::string ssh = "ssh -o StrictHostKeyChecking=accept-new";
  if (!key.empty()) ssh += fmt::format(" -o IdentitiesOnly=yes -i {}", shell_word((own_ / "key").string()));
  environment_.emplace_back("GIT_SSH_COMMAND", ssh);

  // The author may name files of the worker, a foreign repository (in its list of submodules) may not.
  std::vector<std::pair<std::string, std::string>> config = {{"protocol.file.allow", "user"},
                                                             {"protocol.ext.allow", "never"}};
  GYR_CO_TRY(Value given, co_await context_.render_value(task_.git_config, {}, false));
  if (!given.is_null() && !given.is_map()) co_return base::fail(git_failed, "`gitConfig` must be a map");
  if (given.is_map()) flatten(given, "", &config);
  GYR_CO_TRY(std::string authority, co_await value(task_.trusted_ca, std::string()));
  if (!authority.empty()) config.emplace_back("http.sslCAInfo", authority);
  environment_.emplace_back("GIT_CONFIG_COUNT", std::to_string(config.size()));
  for (size_t i = 0; i < config.size(); ++i) {
    environment_.emplace_back(fmt::format("GIT_CONFIG_KEY_{}", i), config[i].first);
    environment_.emplace_back(fmt::format("GIT_CONFIG_VALUE_{}", i), config[i].second);
  }

  base::Result<void> written;
  co_await context_.files()->on_pool([&] {
    written = [&]() -> base::Result<void> {
      std::error_code error;
      fs::create_directory(own_, error);
      if (!error) fs::permissions(own_, fs::perms::owner_all, error);
      if (error) return base::fail(git_failed, fmt::format("cannot create `{}`: {}", own_.string(), error.message()));
      GYR_CHECK(script::write_local_file(own_ / "askpass", askpass));
      fs::permissions(own_ / "askpass", fs::perms::owner_all, error);
      if (key.empty()) return {};
      if (!key.ends_with('\n')) key += '\n';  // ssh refuses a key without it
      GYR_CHECK(script::write_local_file(own_ / "key", key));
      fs::permissions(own_ / "key", fs::perms::owner_read | fs::perms::owner_write, error);
      if (error) return base::fail(git_failed, fmt::format("cannot protect the private key: {}", error.message()));
      return {};
    }();
  });
  co_return written;
}

/// Runs git; what it printed on standard output.
base::Task<base::Result<std::string>> CloneRun::git(std::vector<std::string> arguments, fs::path directory) {
  std::string output;
  std::deque<std::string> errors;
  plugin::ProcessRequest request;
  request.command = std::move(arguments);
  request.command.insert(request.command.begin(), "git");
  request.environment = environment_;
  request.directory = std::move(directory);
  request.on_line = [&](bool is_stderr, std::string_view line) {
    const std::string text = base::repair_utf8(line);
    if (!is_stderr) {
      output += text;
      return;
    }
    context_.log(model::LogLevel::debug, text);
    errors.push_back(text);
    if (errors.size() > quoted_lines) errors.pop_front();
  };
  request.room = [this] { return context_.log_room(); };
  request.share = fmt::format("{}/{}/{}", context_.info().tenant, context_.info().namespace_, context_.info().flow_id);
  GYR_CO_TRY(auto exit, co_await context_.processes()->run(std::move(request), context_.cancel_token()));
  if (exit.killed) co_return base::fail(plugin::task_cancelled, "the clone was cancelled");
  if (exit.exit_code == 0) co_return output;
  co_return base::fail(git_failed, fmt::format("git: cloning {}: exit code {}: {}", remote_.url, exit.exit_code,
                                               fmt::format("{}", fmt::join(errors, "\n"))));
}

base::Task<base::Result<void>> CloneRun::fetch() {
  GYR_CO_TRY(std::string branch, co_await value(task_.branch, std::string()));
  GYR_CO_TRY(std::string tag, co_await value(task_.tag, std::string()));
  GYR_CO_TRY(std::string commit, co_await value(task_.commit, std::string()));
  GYR_CO_TRY(int64_t depth, co_await value(task_.depth, int64_t{1}));
  GYR_CO_TRY(bool submodules, co_await value(task_.clone_submodules, false));
  if (!tag.empty()) branch = tag;
  std::vector<std::string> arguments = {"clone"};
  if (!branch.empty()) arguments.push_back("--branch=" + branch);
  if (commit.empty()) {
    if (depth > 0) arguments.push_back(fmt::format("--depth={}", depth));
    if (submodules) arguments.insert(arguments.end(), {"--recurse-submodules", "--shallow-submodules"});
  } else {
    const bool hexadecimal =
        std::all_of(commit.begin(), commit.end(), [](unsigned char c) { return std::isxdigit(c) != 0; });
    if (!hexadecimal || commit.size() < 4 || commit.size() > 64)
      co_return base::fail(git_failed, "`commit` must be the hexadecimal id of a commit");
    arguments.push_back("--no-checkout");
  }
  arguments.insert(arguments.end(), {"--", remote_.url, (own_ / "tree").string()});
  GYR_CO_CHECK(co_await git(std::move(arguments), own_));
  if (commit.empty()) co_return base::Result<void>();
  GYR_CO_CHECK(co_await git({"checkout", "--quiet", "--detach", commit}, own_ / "tree"));
  if (submodules) GYR_CO_CHECK(co_await git({"submodule", "update", "--init", "--recursive"}, own_ / "tree"));
  co_return base::Result<void>();
}

base::Result<void> CloneRun::move_tree() {
  std::error_code error;
  fs::create_directories(target_, error);
  std::vector<fs::path> entries;
  for (const auto& entry : fs::directory_iterator(own_ / "tree", error)) {
    if (fs::exists(fs::symlink_status(target_ / entry.path().filename()))) {
      return base::fail(base::Error(git_failed, fmt::format("`{}` exists already in the folder of the clone",
                                                            entry.path().filename().string()))
                            .with_hint("set `directory` to a folder that does not exist"));
    }
    entries.push_back(entry.path());
  }
  for (const fs::path& entry : entries) {
    if (!error) fs::rename(entry, target_ / entry.filename(), error);
  }
  if (!error) return {};
  return base::fail(git_failed, fmt::format("cannot move the clone to `{}`: {}", target_.string(), error.message()));
}

base::Task<base::Result<Value>> CloneRun::run() {
  plugin::Files* files = context_.files();
  GYR_CO_TRY(fs::path working, files->working_directory());
  GYR_CO_TRY(std::string directory, co_await value(task_.directory, std::string()));
  target_ = working;
  if (!directory.empty() && directory != ".") {
    GYR_CO_TRY(target_, files->resolve(directory));
  }
  own_ = working / fmt::format(".git-clone-{}", base::make_id(context_.now()).to_text());
  auto done = co_await prepare();
  if (done) done = co_await fetch();
  std::string head;
  if (done) {
    auto asked = co_await git({"rev-parse", "HEAD"}, own_ / "tree");
    if (asked) head = *std::move(asked);  // an empty repository has none
  }
  co_await files->on_pool([&] {
    if (done) done = move_tree();
    std::error_code ignored;  // the working directory is removed with the task
    fs::remove_all(own_, ignored);
  });
  if (!done) co_return base::fail(done.error());
  context_.log(model::LogLevel::info, fmt::format("cloned {}{}{}", remote_.url, head.empty() ? "" : " at ", head));
  co_return Value::map({{"directory", Value::string(target_.string())}});
}

base::Task<plugin::TaskResult> Clone::run(plugin::RunContext& context) const {
  if (context.files() == nullptr || context.processes() == nullptr)
    co_return std::unexpected(
        plugin::Failure({plugin::task_failed, "cannot clone: no working directory is available"}));
  if (!script::find_program("git")) {
    co_return std::unexpected(plugin::Failure(base::Error(git_failed, "the program git is not installed on the worker")
                                                  .with_hint("install the package `git`")));
  }
  CloneRun clone(context, *this);
  auto outputs = co_await clone.run();
  if (!outputs) co_return std::unexpected(plugin::Failure(outputs.error()));
  co_return plugin::Success{*std::move(outputs), std::nullopt};
}

}  // namespace

plugin::TaskType git_clone_task() {
  return plugin::task_type<Clone>("io.kestra.plugin.git.Clone")
      .title("Clones a Git repository")
      .documentation(
          "The files come into the working directory. In a `WorkingDirectory`, the next tasks see them. The worker "
          "needs "
          "the program git. For addresses of the form `ssh://`, the key of a host that the worker does not know is "
          "accepted and remembered; a key that has changed is refused.")
      .trait(plugin::Trait::killable)
      .property("url", &Clone::url,
                {.title = "Address of the repository", .required = true, .not_empty = true, .group = "main"})
      .property(
          "branch", &Clone::branch,
          {.title = "Branch", .documentation = "The default is the default branch of the repository.", .group = "main"})
      .property("tag", &Clone::tag, {.title = "Tag, instead of a branch", .group = "main"})
      .property("commit", &Clone::commit,
                {.title = "Id of a commit", .documentation = "The whole history is fetched.", .group = "main"})
      .property("directory", &Clone::directory,
                {.title = "Folder of the clone in the working directory",
                 .documentation = "The default is the working directory itself.",
                 .group = "main"})
      .property("depth", &Clone::depth,
                {.title = "Number of commits to fetch",
                 .documentation = "0 fetches all.",
                 .default_value = Value::narrow_integer(1),
                 .minimum = 0,
                 .group = "advanced"})
      .property("cloneSubmodules", &Clone::clone_submodules,
                {.title = "Whether to clone submodules", .default_value = Value::boolean(false), .group = "advanced"})
      .property("username", &Clone::username, {.title = "Username", .group = "connection"})
      .property("password", &Clone::password,
                {.title = "Password or access token", .secret = true, .group = "connection"})
      .property("privateKey", &Clone::private_key,
                {.title = "Private key for SSH, as PEM text", .secret = true, .group = "connection"})
      .property("passphrase", &Clone::passphrase,
                {.title = "Passphrase of the private key", .secret = true, .group = "connection"})
      .property("trustedCaPemPath", &Clone::trusted_ca,
                {.title = "File of certificate authorities to trust, in PEM", .group = "connection"})
      .property("gitConfig", &Clone::git_config,
                {.title = "Settings of git", .group = "advanced", .shown_as = model::ValueType::map})
      .output("directory", {.type = model::ValueType::string, .title = "Folder of the clone"})
      .example("Clone a branch of a repository", R"(id: clone
type: io.kestra.plugin.git.Clone
url: https://github.com/kestra-io/blueprints
branch: main
)")
      .build();
}

}  // namespace gyr::plugins::cli

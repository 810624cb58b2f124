// `gyr context …`: named servers with their logins (CLI-60).
#include <fmt/format.h>

#include <algorithm>

#include "cli/command.h"
#include "cli/context_file.h"
#include "cli/errors.h"
#include "cli/server_access.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using base::Value;

std::string_view login_kind(const Context& context) {
  return !context.token.empty() ? "token" : !context.username.empty() ? "user" : "none";
}

/// A context without its secrets.
Value shown_context(const Context& context, const Contexts& contexts) {
  base::MapBuilder out;
  out.set("name", Value::string(context.name));
  out.set("current", Value::boolean(context.name == contexts.current));
  out.set("server", Value::string(context.host));
  out.set("tenant", Value::string(context.tenant.empty() ? "main" : context.tenant));
  out.set("login", Value::string(login_kind(context)));
  if (!context.username.empty()) out.set("user", Value::string(context.username));
  return out.build();
}

base::Error no_context(std::string_view name) {
  return base::Error(wrong_usage, fmt::format("context `{}` does not exist", name))
      .with_hint("`gyr context list` lists the contexts; `gyr context set NAME` adds one");
}

class ContextList final : public Command {
 public:
  void declare(Arguments& arguments) override { arguments.flag("--json", json_, "print the contexts as JSON"); }
  int run(Session& session) override {
    auto contexts = read_contexts();
    if (!contexts) return session.fail(contexts.error());
    base::ListBuilder list;
    std::string out;
    for (const Context& context : contexts->all) {
      list.push(shown_context(context, *contexts));
      out += fmt::format("{} {}  {}  {}{}\n", context.name == contexts->current ? '*' : ' ', printable(context.name),
                         printable(context.host), login_kind(context), context.foreign ? "  (kestractl)" : "");
    }
    session.console.out.write(json_ ? syntax::write_json(list.build()) + '\n' : out);
    return exit_ok;
  }

 private:
  bool json_ = false;
};

class ContextShow final : public Command {
 public:
  void declare(Arguments& arguments) override {
    arguments.optional_positional("NAME", name_, "name of the context (default: the current one)");
    arguments.flag("--json", json_, "print the context as JSON");
  }
  int run(Session& session) override {
    auto contexts = read_contexts();
    if (!contexts) return session.fail(contexts.error());
    const std::string name = name_.value_or(contexts->current);
    if (name.empty())
      return session.fail(base::Error(wrong_usage, "no context is in use")
                              .with_hint("`gyr context set NAME --server URL` adds one and uses it"));
    const Context* context = contexts->find(name);
    if (context == nullptr) return session.fail(no_context(name));
    const Value shown = shown_context(*context, *contexts);
    std::string out;
    for (const base::MapEntry& entry : shown.entries()) {
      out += fmt::format(
          "{}: {}\n", entry.name(),
          printable(entry.value.is_string() ? std::string(entry.value.text()) : syntax::write_json(entry.value)));
    }
    session.console.out.write(json_ ? syntax::write_json(shown) + '\n' : out);
    return exit_ok;
  }

 private:
  std::optional<std::string> name_;
  bool json_ = false;
};

/// Changes the file and says in one line what it did.
class ContextChange : public Command {
 public:
  int run(Session& session) override {
    if (is_missing(name_))
      return session.fail(
          base::Error(wrong_usage, "NAME is missing").with_hint("`gyr context list` lists the contexts"));
    auto contexts = read_contexts();
    if (!contexts) return session.fail(contexts.error());
    auto said = change(*contexts, session.console);
    if (!said) return session.fail(said.error());
    if (auto written = write_contexts(*contexts); !written) return session.fail(written.error());
    session.console.out.write(printable(*said) + '\n');
    return exit_ok;
  }

 protected:
  virtual base::Result<std::string> change(Contexts& contexts, const Console& console) = 0;
  std::optional<std::string> name_;
};

class ContextUse final : public ContextChange {
  void declare(Arguments& arguments) override { arguments.positional("NAME", name_, "name of the context"); }
  base::Result<std::string> change(Contexts& contexts, const Console&) override {
    const Context* found = contexts.find(*name_);
    if (found == nullptr) return base::fail(no_context(*name_));
    contexts.current = *name_;
    return fmt::format("using {} at {}", *name_, found->host);
  }
};

class ContextDelete final : public ContextChange {
  void declare(Arguments& arguments) override { arguments.positional("NAME", name_, "name of the context"); }
  base::Result<std::string> change(Contexts& contexts, const Console&) override {
    const Context* found = contexts.find(*name_);
    if (found == nullptr) return base::fail(no_context(*name_));
    if (found->foreign)
      return base::fail(base::Error(wrong_usage, fmt::format("`{}` is in the file of kestractl", *name_))
                            .with_hint("use `kestractl config remove`"));
    std::erase_if(contexts.all, [&](const Context& context) { return context.name == *name_; });
    if (contexts.current == *name_) contexts.current.clear();
    return fmt::format("- {}", *name_);
  }
};

class ContextSet final : public ContextChange {
  void declare(Arguments& arguments) override {
    arguments.positional("NAME", name_, "name of the context");
    arguments.flag("--no-use", no_use_, "do not make it the current context");
    words_.declare(arguments);
  }
  base::Result<std::string> change(Contexts& contexts, const Console& console) override {
    if (words_.context)
      return base::fail(base::Error(wrong_usage, "cannot combine `--context` with NAME").with_hint("omit `--context`"));
    const Context* known = contexts.find(*name_);
    Context context = known == nullptr ? Context{} : *known;
    context.name = *name_;
    context.foreign = false;
    if (words_.server) context.host = server_url(*words_.server);
    if (context.host.empty())
      return base::fail(base::Error(wrong_usage, "`--server` is required for a new context")
                            .with_hint("for example: gyr context set prod --server https://gyr.example"));
    if (words_.tenant) context.tenant = *words_.tenant;
    GYR_CHECK(set_login(context, console));
    for (const std::string& header : words_.headers) {
      GYR_TRY(auto read, read_header(header));
      context.headers.push_back(std::move(read));
    }
    std::erase_if(contexts.all, [&](const Context& other) { return other.name == *name_; });
    contexts.all.push_back(context);
    if (!no_use_) contexts.current = *name_;
    return fmt::format("{} {} at {}", no_use_ ? "set" : "using", *name_, context.host);
  }

  base::Result<void> set_login(Context& context, const Console& console) const {
    if (words_.api_token) {
      context.token = *words_.api_token;
      context.username.clear();
      context.password.clear();
      return {};
    }
    if (!words_.user) {
      if (words_.password_stdin)
        return base::fail(
            base::Error(wrong_usage, "`--password-stdin` requires a user").with_hint("add `--user EMAIL`"));
      return {};
    }
    const size_t colon = words_.user->find(':');
    context.token.clear();
    context.username = words_.user->substr(0, colon);
    if (colon != std::string::npos) {
      context.password = words_.user->substr(colon + 1);
      return {};
    }
    GYR_TRY(context.password, read_password(fmt::format("Password of {} at {}: ", context.username, context.host),
                                            words_.password_stdin, console));
    return {};
  }

  ServerWords words_;
  bool no_use_ = false;
};

}  // namespace

std::unique_ptr<Command> make_context_list() { return std::make_unique<ContextList>(); }
std::unique_ptr<Command> make_context_show() { return std::make_unique<ContextShow>(); }
std::unique_ptr<Command> make_context_use() { return std::make_unique<ContextUse>(); }
std::unique_ptr<Command> make_context_set() { return std::make_unique<ContextSet>(); }
std::unique_ptr<Command> make_context_delete() { return std::make_unique<ContextDelete>(); }

}  // namespace gyr::cli

// git.Clone with repositories in files, and a server that refuses the connection.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "plugins/runner/spawned_processes.h"
#include "plugins/testing/task_test.h"
#include "process/testing/program.h"
#include "syntax/json.h"

namespace gyr::plugins::testing {
namespace {

namespace fs = std::filesystem;
using base::Value;
using ::testing::HasSubstr;

class GitClone : public TaskTest {
 protected:
  GitClone() {
    context->given_processes = &processes;
    fs::create_directories(root);
  }
  void SetUp() override {
    shell(R"(git init -q -b main src && cd src && git config user.email a@b && git config user.name a
      echo one > file && mkdir folder && echo two > folder/file && git add . && git commit -qm one
      git tag v1 && echo changed > file && git commit -qam two && git checkout -q -b other && echo other > file
      git commit -qam other && git checkout -q main && git clone -q --bare . ../bare.git)");
  }
  ~GitClone() override { fs::remove_all(root); }
  /// Runs commands in the folder of the repositories, by the process runner.
  void shell(std::string_view commands) {
    const Value list = Value::list({Value::string(fmt::format("cd '{}'", root.string())), Value::string(commands)});
    const auto ran = run(fmt::format("{{id: s, type: io.kestra.plugin.scripts.shell.Commands, commands: {}}}",
                                     syntax::write_json(list)));
    ASSERT_TRUE(ran.has_value()) << ran.error().error.to_string() << context->lines(model::LogLevel::error).back();
  }
  std::string task(std::string_view more) const {
    return fmt::format("{{id: t, type: io.kestra.plugin.git.Clone, url: 'file://{}/bare.git', {}}}", root.string(),
                       more);
  }
  std::string content(std::string_view name) const {
    std::ifstream file(*context->fake_files.working_directory() / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  /// Nothing of the task's own files is left.
  void expect_clean() const {
    for (const auto& entry : fs::directory_iterator(*context->fake_files.working_directory()))
      EXPECT_FALSE(entry.path().filename().string().starts_with(".git-clone")) << entry.path();
  }

  fs::path root = fs::temp_directory_path() / fmt::format("gyr-git-{}", ::getpid());
  std::unique_ptr<process::Spawner> spawner = process::testing::spawner_of_this_program();
  runner::SpawnedProcesses processes{*spawner, loop};
};

TEST_F(GitClone, ClonesABranch) {  // PLUG-511
  const Value given = outputs(task("branch: other"));
  EXPECT_EQ(*given.find("directory"), text(context->fake_files.working_directory()->string()));
  EXPECT_EQ(content("file"), "other\n");
  EXPECT_EQ(content("folder/file"), "two\n");
  expect_clean();
}

TEST_F(GitClone, ClonesATagAndACommit) {
  outputs(task("directory: a, tag: v1"));
  EXPECT_EQ(content("a/file"), "one\n");
  shell("git -C src rev-parse v1 > id");
  std::ifstream file(root / "id");
  std::string id;
  file >> id;
  outputs(task(fmt::format("directory: b, commit: {}", id)));
  EXPECT_EQ(content("b/file"), "one\n");
  outputs(task("directory: c"));
  EXPECT_EQ(content("c/file"), "changed\n");
}

TEST_F(GitClone, DoesNotOverwrite) {
  outputs(task("directory: a"));
  EXPECT_THAT(failure(task("directory: a")), HasSubstr("exists already"));
  EXPECT_THAT(failure(task("directory: ../x")), HasSubstr("working directory"));
}

TEST_F(GitClone, RefusesWhatIsNoAddress) {
  for (std::string_view url : {"--upload-pack=touch x", "ext::sh -c touch% x", "ftp://host/x", "a\\nb", "ldap://x"}) {
    EXPECT_FALSE(run(fmt::format("{{id: t, type: io.kestra.plugin.git.Clone, url: \"{}\"}}", url)).has_value()) << url;
  }
  for (std::string_view more :
       {"commit: '--help'", "commit: HEAD", "branch: '--upload-pack=x'", "branch: none", "tag: none"}) {
    EXPECT_FALSE(run(task(more)).has_value()) << more;
  }
  expect_clean();
}

TEST_F(GitClone, CredentialsAreOnNoCommandLine) {  // PLUG-10
  // The helper of git is asked for the password; a server that refuses the connection answers in its place.
  const std::string message =
      failure("{id: t, type: io.kestra.plugin.git.Clone, url: 'http://user:pass-word@127.0.0.1:1/x.git'}");
  EXPECT_THAT(message, HasSubstr("http://127.0.0.1:1/x.git"));
  EXPECT_THAT(message, ::testing::Not(HasSubstr("pass-word")));
  EXPECT_THAT(context->masked, ::testing::Contains("pass-word"));
  expect_clean();
}

TEST_F(GitClone, ValuesAreArgumentsAndNoShellText) {  // PLUG-731
  shell(R"(cd src && git checkout -q -b 'a$(>stolen)b;c' main && echo odd > file && git commit -qam odd
    git push -q ../bare.git 'a$(>stolen)b;c')");
  outputs(task("branch: 'a$(>stolen)b;c'"));
  EXPECT_EQ(content("file"), "odd\n");
  EXPECT_FALSE(fs::exists(*context->fake_files.working_directory() / "stolen"));
  EXPECT_FALSE(fs::exists("stolen"));
}

TEST_F(GitClone, CredentialsWithAWrongEscapeAreRefused) {  // PLUG-511
  const std::string message =
      failure("{id: t, type: io.kestra.plugin.git.Clone, url: 'http://user:secret%4@127.0.0.1:1/x.git'}");
  EXPECT_THAT(message, HasSubstr("has a `%` that begins no escape"));
  EXPECT_THAT(message, ::testing::Not(HasSubstr("secret")));
}

TEST_F(GitClone, SubmodulesOfARepositoryDoNotReadFilesOfTheWorker) {
  shell(R"(cd src && git -c protocol.file.allow=always submodule --quiet add "file://$PWD/../bare.git" sub
      git commit -qam sub && git clone -q --bare . ../outer.git)");
  const std::string message = failure(fmt::format(
      "{{id: t, type: io.kestra.plugin.git.Clone, url: 'file://{}/outer.git', cloneSubmodules: true}}", root.string()));
  EXPECT_THAT(message, HasSubstr("transport 'file' not allowed"));
}

}  // namespace
}  // namespace gyr::plugins::testing

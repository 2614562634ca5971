
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'prusa-cred' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'prusa-cred'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'prusa-cred' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('login', 'login', [CompletionResultType]::ParameterValue, 'Sign in and store the login')
            [CompletionResult]::new('logout', 'logout', [CompletionResultType]::ParameterValue, 'End the login: revoke it at the server, then forget it here')
            [CompletionResult]::new('get', 'get', [CompletionResultType]::ParameterValue, 'Print a valid token, refreshed if need be')
            [CompletionResult]::new('store', 'store', [CompletionResultType]::ParameterValue, 'Take a credential that git or docker wants kept')
            [CompletionResult]::new('erase', 'erase', [CompletionResultType]::ParameterValue, 'Note that a server refused a credential')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the hosts that can be answered for')
            [CompletionResult]::new('forget', 'forget', [CompletionResultType]::ParameterValue, 'Remove a saved credential')
            [CompletionResult]::new('seal', 'seal', [CompletionResultType]::ParameterValue, 'Seal what is stored: encrypt it under a key that lies elsewhere')
            [CompletionResult]::new('unseal', 'unseal', [CompletionResultType]::ParameterValue, 'Store in plain files again, which only this user can read')
            [CompletionResult]::new('git', 'git', [CompletionResultType]::ParameterValue, 'Speak git''s credential helper protocol')
            [CompletionResult]::new('docker', 'docker', [CompletionResultType]::ParameterValue, 'Speak docker''s credential helper protocol')
            [CompletionResult]::new('bazel', 'bazel', [CompletionResultType]::ParameterValue, 'Speak Bazel''s credential helper protocol')
            [CompletionResult]::new('cargo', 'cargo', [CompletionResultType]::ParameterValue, 'Speak cargo''s credential provider protocol')
            [CompletionResult]::new('kube', 'kube', [CompletionResultType]::ParameterValue, 'Print a token as kubectl and other Kubernetes clients ask for one')
            [CompletionResult]::new('terraform', 'terraform', [CompletionResultType]::ParameterValue, 'Speak Terraform''s credentials helper protocol')
            [CompletionResult]::new('goauth', 'goauth', [CompletionResultType]::ParameterValue, 'Print headers as go asks for them')
            [CompletionResult]::new('google', 'google', [CompletionResultType]::ParameterValue, 'Print a token as Google''s libraries ask for one')
            [CompletionResult]::new('keyring', 'keyring', [CompletionResultType]::ParameterValue, 'Answer pip and uv in place of the keyring command')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show who is signed in, where, and until when')
            [CompletionResult]::new('exec', 'exec', [CompletionResultType]::ParameterValue, 'Run a command with a fresh token in its environment')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Show what a token says, without showing the token')
            [CompletionResult]::new('which', 'which', [CompletionResultType]::ParameterValue, 'Tell which profile would answer, and why')
            [CompletionResult]::new('setup', 'setup', [CompletionResultType]::ParameterValue, 'Point another program here, or show how')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Look for what is wrong, and tell the command that mends it')
            [CompletionResult]::new('log', 'log', [CompletionResultType]::ParameterValue, 'Show which tokens were handed out, when, and to which programs')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page, or write all of them into a directory')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'prusa-cred;login' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Kind of service to sign in to')
            [CompletionResult]::new('--email', '--email', [CompletionResultType]::ParameterName, 'E-mail address of the account [also: PRUSA_EMAIL, PRT_EMAIL]')
            [CompletionResult]::new('--otp-command', '--otp-command', [CompletionResultType]::ParameterName, 'Run this shell command to get a one-time code')
            [CompletionResult]::new('--url', '--url', [CompletionResultType]::ParameterName, 'Practicus: the address of the region (also: PRT_URL)')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'Kognic: the authentication server')
            [CompletionResult]::new('--credentials', '--credentials', [CompletionResultType]::ParameterName, 'Kognic: the credentials file, or keyring://NAME (also: KOGNIC_CREDENTIALS)')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Kognic: an environment of environments.json')
            [CompletionResult]::new('--scopes', '--scopes', [CompletionResultType]::ParameterName, 'Scopes to ask for, separated by commas or spaces, or the option repeated')
            [CompletionResult]::new('--issuer', '--issuer', [CompletionResultType]::ParameterName, 'OAuth: the server''s address, as its metadata has it')
            [CompletionResult]::new('--client-id', '--client-id', [CompletionResultType]::ParameterName, 'OAuth: the identifier that the server gave this client')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Host that the login is for, in a profile that is made for it (repeatable)')
            [CompletionResult]::new('--import', '--import', [CompletionResultType]::ParameterName, 'Take over the logins that other tools on this machine have')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--password-stdin', '--password-stdin', [CompletionResultType]::ParameterName, 'Take the first line of stdin for the password')
            [CompletionResult]::new('--browser', '--browser', [CompletionResultType]::ParameterName, 'Sign in with a browser (for Google, Apple, passkeys)')
            [CompletionResult]::new('--device', '--device', [CompletionResultType]::ParameterName, 'Sign in with a browser on another device')
            [CompletionResult]::new('--token-stdin', '--token-stdin', [CompletionResultType]::ParameterName, 'Practicus: read a refresh or access token from the first line of stdin instead of signing in')
            [CompletionResult]::new('--save-password', '--save-password', [CompletionResultType]::ParameterName, 'Practicus: keep the password too, for signing in again by itself; only a sealed store may hold one')
            [CompletionResult]::new('--no-store', '--no-store', [CompletionResultType]::ParameterName, 'Print the token set as JSON instead of storing it')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'prusa-cred;logout' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'End the logins of all profiles')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'prusa-cred;get' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'How to print the token')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print the token')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'Which token to print')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Which token to print')
            [CompletionResult]::new('--min-ttl', '--min-ttl', [CompletionResultType]::ParameterName, 'Time that the access token must have left, such as 30s or 2m [default: 30s]')
            [CompletionResult]::new('--provider', '--provider', [CompletionResultType]::ParameterName, 'Kind of service, where no profile of it is named: its built-in profile')
            [CompletionResult]::new('--server', '--server', [CompletionResultType]::ParameterName, 'Kognic: the authentication server')
            [CompletionResult]::new('--credentials', '--credentials', [CompletionResultType]::ParameterName, 'Kognic: the credentials file, or keyring://NAME (also: KOGNIC_CREDENTIALS)')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Kognic: an environment of environments.json')
            [CompletionResult]::new('--scopes', '--scopes', [CompletionResultType]::ParameterName, 'Scopes to ask for, separated by commas or spaces, or the option repeated')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--refresh', '--refresh', [CompletionResultType]::ParameterName, 'Refresh even if the token is still good')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'prusa-cred;store' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'prusa-cred;erase' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'prusa-cred;list' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'prusa-cred;forget' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('--username', '--username', [CompletionResultType]::ParameterName, 'Only what is saved for this user name')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'Everything that is saved')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'prusa-cred;seal' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('--key-file', '--key-file', [CompletionResultType]::ParameterName, 'Seal under the key in this file instead of the keyring''s; $CREDENTIALS_DIRECTORY/… is one of a systemd service')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'All profiles, and saved credentials')
            [CompletionResult]::new('--saved', '--saved', [CompletionResultType]::ParameterName, 'Saved credentials alone')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'prusa-cred;unseal' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('--key-file', '--key-file', [CompletionResultType]::ParameterName, 'Where the key is, if it was moved')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--all', '--all', [CompletionResultType]::ParameterName, 'All profiles, and saved credentials')
            [CompletionResult]::new('--saved', '--saved', [CompletionResultType]::ParameterName, 'Saved credentials alone')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'prusa-cred;git' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('--mode', '--mode', [CompletionResultType]::ParameterName, 'What is printed: the password, or the user name before it')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How it is printed')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--cargo-plugin', '--cargo-plugin', [CompletionResultType]::ParameterName, 'How cargo asks for its protocol')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'prusa-cred;docker' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('--mode', '--mode', [CompletionResultType]::ParameterName, 'What is printed: the password, or the user name before it')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How it is printed')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--cargo-plugin', '--cargo-plugin', [CompletionResultType]::ParameterName, 'How cargo asks for its protocol')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'prusa-cred;bazel' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('--mode', '--mode', [CompletionResultType]::ParameterName, 'What is printed: the password, or the user name before it')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How it is printed')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--cargo-plugin', '--cargo-plugin', [CompletionResultType]::ParameterName, 'How cargo asks for its protocol')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'prusa-cred;cargo' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('--mode', '--mode', [CompletionResultType]::ParameterName, 'What is printed: the password, or the user name before it')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How it is printed')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--cargo-plugin', '--cargo-plugin', [CompletionResultType]::ParameterName, 'How cargo asks for its protocol')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'prusa-cred;kube' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('--mode', '--mode', [CompletionResultType]::ParameterName, 'What is printed: the password, or the user name before it')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How it is printed')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--cargo-plugin', '--cargo-plugin', [CompletionResultType]::ParameterName, 'How cargo asks for its protocol')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'prusa-cred;terraform' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('--mode', '--mode', [CompletionResultType]::ParameterName, 'What is printed: the password, or the user name before it')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How it is printed')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--cargo-plugin', '--cargo-plugin', [CompletionResultType]::ParameterName, 'How cargo asks for its protocol')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'prusa-cred;goauth' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('--mode', '--mode', [CompletionResultType]::ParameterName, 'What is printed: the password, or the user name before it')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How it is printed')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--cargo-plugin', '--cargo-plugin', [CompletionResultType]::ParameterName, 'How cargo asks for its protocol')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'prusa-cred;google' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('--mode', '--mode', [CompletionResultType]::ParameterName, 'What is printed: the password, or the user name before it')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How it is printed')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--cargo-plugin', '--cargo-plugin', [CompletionResultType]::ParameterName, 'How cargo asks for its protocol')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'prusa-cred;keyring' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('--mode', '--mode', [CompletionResultType]::ParameterName, 'What is printed: the password, or the user name before it')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'How it is printed')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--cargo-plugin', '--cargo-plugin', [CompletionResultType]::ParameterName, 'How cargo asks for its protocol')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'prusa-cred;status' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'prusa-cred;exec' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('--env', '--env', [CompletionResultType]::ParameterName, 'Variable that is given the token [default: PRUSA_TOKEN, for other providers ACCESS_TOKEN]')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'prusa-cred;inspect' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('-t', '-t', [CompletionResultType]::ParameterName, 'Which of the stored tokens')
            [CompletionResult]::new('--token', '--token', [CompletionResultType]::ParameterName, 'Which of the stored tokens')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'prusa-cred;which' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'prusa-cred;setup' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Host, of those that the profile answers for (repeatable); for MCP clients the server''s address')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--apply', '--apply', [CompletionResultType]::ParameterName, 'Make the change')
            [CompletionResult]::new('--undo', '--undo', [CompletionResultType]::ParameterName, 'Take the change back')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'prusa-cred;doctor' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--online', '--online', [CompletionResultType]::ParameterName, 'Ask the servers of the profiles as well: whether they can be reached, and what time they have; sends no secret')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'prusa-cred;log' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only what is not older than this: a span such as 1h, a date, or a time such as 2026-11-22T08:00 (UTC)')
            [CompletionResult]::new('-n', '-n', [CompletionResultType]::ParameterName, 'Only so many lines, the newest')
            [CompletionResult]::new('--lines', '--lines', [CompletionResultType]::ParameterName, 'Only so many lines, the newest')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'prusa-cred;completions' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'prusa-cred;man' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Use this profile [also: PRUSA_CRED_PROFILE]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration file [also: PRUSA_CRED_CONFIG]')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]')
            [CompletionResult]::new('--no-input', '--no-input', [CompletionResultType]::ParameterName, 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Say more on stderr')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Say nothing on stderr but errors')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'prusa-cred;help' {
            [CompletionResult]::new('login', 'login', [CompletionResultType]::ParameterValue, 'Sign in and store the login')
            [CompletionResult]::new('logout', 'logout', [CompletionResultType]::ParameterValue, 'End the login: revoke it at the server, then forget it here')
            [CompletionResult]::new('get', 'get', [CompletionResultType]::ParameterValue, 'Print a valid token, refreshed if need be')
            [CompletionResult]::new('store', 'store', [CompletionResultType]::ParameterValue, 'Take a credential that git or docker wants kept')
            [CompletionResult]::new('erase', 'erase', [CompletionResultType]::ParameterValue, 'Note that a server refused a credential')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'List the hosts that can be answered for')
            [CompletionResult]::new('forget', 'forget', [CompletionResultType]::ParameterValue, 'Remove a saved credential')
            [CompletionResult]::new('seal', 'seal', [CompletionResultType]::ParameterValue, 'Seal what is stored: encrypt it under a key that lies elsewhere')
            [CompletionResult]::new('unseal', 'unseal', [CompletionResultType]::ParameterValue, 'Store in plain files again, which only this user can read')
            [CompletionResult]::new('git', 'git', [CompletionResultType]::ParameterValue, 'Speak git''s credential helper protocol')
            [CompletionResult]::new('docker', 'docker', [CompletionResultType]::ParameterValue, 'Speak docker''s credential helper protocol')
            [CompletionResult]::new('bazel', 'bazel', [CompletionResultType]::ParameterValue, 'Speak Bazel''s credential helper protocol')
            [CompletionResult]::new('cargo', 'cargo', [CompletionResultType]::ParameterValue, 'Speak cargo''s credential provider protocol')
            [CompletionResult]::new('kube', 'kube', [CompletionResultType]::ParameterValue, 'Print a token as kubectl and other Kubernetes clients ask for one')
            [CompletionResult]::new('terraform', 'terraform', [CompletionResultType]::ParameterValue, 'Speak Terraform''s credentials helper protocol')
            [CompletionResult]::new('goauth', 'goauth', [CompletionResultType]::ParameterValue, 'Print headers as go asks for them')
            [CompletionResult]::new('google', 'google', [CompletionResultType]::ParameterValue, 'Print a token as Google''s libraries ask for one')
            [CompletionResult]::new('keyring', 'keyring', [CompletionResultType]::ParameterValue, 'Answer pip and uv in place of the keyring command')
            [CompletionResult]::new('status', 'status', [CompletionResultType]::ParameterValue, 'Show who is signed in, where, and until when')
            [CompletionResult]::new('exec', 'exec', [CompletionResultType]::ParameterValue, 'Run a command with a fresh token in its environment')
            [CompletionResult]::new('inspect', 'inspect', [CompletionResultType]::ParameterValue, 'Show what a token says, without showing the token')
            [CompletionResult]::new('which', 'which', [CompletionResultType]::ParameterValue, 'Tell which profile would answer, and why')
            [CompletionResult]::new('setup', 'setup', [CompletionResultType]::ParameterValue, 'Point another program here, or show how')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Look for what is wrong, and tell the command that mends it')
            [CompletionResult]::new('log', 'log', [CompletionResultType]::ParameterValue, 'Show which tokens were handed out, when, and to which programs')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print a completion script for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page, or write all of them into a directory')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'prusa-cred;help;login' {
            break
        }
        'prusa-cred;help;logout' {
            break
        }
        'prusa-cred;help;get' {
            break
        }
        'prusa-cred;help;store' {
            break
        }
        'prusa-cred;help;erase' {
            break
        }
        'prusa-cred;help;list' {
            break
        }
        'prusa-cred;help;forget' {
            break
        }
        'prusa-cred;help;seal' {
            break
        }
        'prusa-cred;help;unseal' {
            break
        }
        'prusa-cred;help;git' {
            break
        }
        'prusa-cred;help;docker' {
            break
        }
        'prusa-cred;help;bazel' {
            break
        }
        'prusa-cred;help;cargo' {
            break
        }
        'prusa-cred;help;kube' {
            break
        }
        'prusa-cred;help;terraform' {
            break
        }
        'prusa-cred;help;goauth' {
            break
        }
        'prusa-cred;help;google' {
            break
        }
        'prusa-cred;help;keyring' {
            break
        }
        'prusa-cred;help;status' {
            break
        }
        'prusa-cred;help;exec' {
            break
        }
        'prusa-cred;help;inspect' {
            break
        }
        'prusa-cred;help;which' {
            break
        }
        'prusa-cred;help;setup' {
            break
        }
        'prusa-cred;help;doctor' {
            break
        }
        'prusa-cred;help;log' {
            break
        }
        'prusa-cred;help;completions' {
            break
        }
        'prusa-cred;help;man' {
            break
        }
        'prusa-cred;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}

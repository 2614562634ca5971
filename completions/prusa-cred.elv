
use builtin;
use str;

set edit:completion:arg-completer[prusa-cred] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'prusa-cred'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'prusa-cred'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand -h 'Print help'
            cand --help 'Print help'
            cand -V 'Print version'
            cand --version 'Print version'
            cand login 'Sign in and store the login'
            cand logout 'End the login: revoke it at the server, then forget it here'
            cand get 'Print a valid token, refreshed if need be'
            cand store 'Take a credential that git or docker wants kept'
            cand erase 'Note that a server refused a credential'
            cand list 'List the hosts that can be answered for'
            cand forget 'Remove a saved credential'
            cand seal 'Seal what is stored: encrypt it under a key that lies elsewhere'
            cand unseal 'Store in plain files again, which only this user can read'
            cand git 'Speak git''s credential helper protocol'
            cand docker 'Speak docker''s credential helper protocol'
            cand bazel 'Speak Bazel''s credential helper protocol'
            cand cargo 'Speak cargo''s credential provider protocol'
            cand kube 'Print a token as kubectl and other Kubernetes clients ask for one'
            cand terraform 'Speak Terraform''s credentials helper protocol'
            cand goauth 'Print headers as go asks for them'
            cand google 'Print a token as Google''s libraries ask for one'
            cand keyring 'Answer pip and uv in place of the keyring command'
            cand status 'Show who is signed in, where, and until when'
            cand exec 'Run a command with a fresh token in its environment'
            cand inspect 'Show what a token says, without showing the token'
            cand which 'Tell which profile would answer, and why'
            cand setup 'Point another program here, or show how'
            cand doctor 'Look for what is wrong, and tell the command that mends it'
            cand log 'Show which tokens were handed out, when, and to which programs'
            cand completions 'Print a completion script for a shell'
            cand man 'Print the manual page, or write all of them into a directory'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'prusa-cred;login'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --provider 'Kind of service to sign in to'
            cand --email 'E-mail address of the account [also: PRUSA_EMAIL, PRT_EMAIL]'
            cand --otp-command 'Run this shell command to get a one-time code'
            cand --url 'Practicus: the address of the region (also: PRT_URL)'
            cand --server 'Kognic: the authentication server'
            cand --credentials 'Kognic: the credentials file, or keyring://NAME (also: KOGNIC_CREDENTIALS)'
            cand --env 'Kognic: an environment of environments.json'
            cand --scopes 'Scopes to ask for, separated by commas or spaces, or the option repeated'
            cand --issuer 'OAuth: the server''s address, as its metadata has it'
            cand --client-id 'OAuth: the identifier that the server gave this client'
            cand --host 'Host that the login is for, in a profile that is made for it (repeatable)'
            cand --import 'Take over the logins that other tools on this machine have'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand --password-stdin 'Take the first line of stdin for the password'
            cand --browser 'Sign in with a browser (for Google, Apple, passkeys)'
            cand --device 'Sign in with a browser on another device'
            cand --token-stdin 'Practicus: read a refresh or access token from the first line of stdin instead of signing in'
            cand --save-password 'Practicus: keep the password too, for signing in again by itself; only a sealed store may hold one'
            cand --no-store 'Print the token set as JSON instead of storing it'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;logout'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand --all 'End the logins of all profiles'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;get'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand -f 'How to print the token'
            cand --format 'How to print the token'
            cand -t 'Which token to print'
            cand --token 'Which token to print'
            cand --min-ttl 'Time that the access token must have left, such as 30s or 2m [default: 30s]'
            cand --provider 'Kind of service, where no profile of it is named: its built-in profile'
            cand --server 'Kognic: the authentication server'
            cand --credentials 'Kognic: the credentials file, or keyring://NAME (also: KOGNIC_CREDENTIALS)'
            cand --env 'Kognic: an environment of environments.json'
            cand --scopes 'Scopes to ask for, separated by commas or spaces, or the option repeated'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand --refresh 'Refresh even if the token is still good'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;store'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;erase'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;list'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;forget'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --username 'Only what is saved for this user name'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand --all 'Everything that is saved'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;seal'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --key-file 'Seal under the key in this file instead of the keyring''s; $CREDENTIALS_DIRECTORY/… is one of a systemd service'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand --all 'All profiles, and saved credentials'
            cand --saved 'Saved credentials alone'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;unseal'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --key-file 'Where the key is, if it was moved'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand --all 'All profiles, and saved credentials'
            cand --saved 'Saved credentials alone'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;git'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --mode 'What is printed: the password, or the user name before it'
            cand --output 'How it is printed'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand --cargo-plugin 'How cargo asks for its protocol'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;docker'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --mode 'What is printed: the password, or the user name before it'
            cand --output 'How it is printed'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand --cargo-plugin 'How cargo asks for its protocol'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;bazel'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --mode 'What is printed: the password, or the user name before it'
            cand --output 'How it is printed'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand --cargo-plugin 'How cargo asks for its protocol'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;cargo'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --mode 'What is printed: the password, or the user name before it'
            cand --output 'How it is printed'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand --cargo-plugin 'How cargo asks for its protocol'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;kube'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --mode 'What is printed: the password, or the user name before it'
            cand --output 'How it is printed'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand --cargo-plugin 'How cargo asks for its protocol'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;terraform'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --mode 'What is printed: the password, or the user name before it'
            cand --output 'How it is printed'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand --cargo-plugin 'How cargo asks for its protocol'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;goauth'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --mode 'What is printed: the password, or the user name before it'
            cand --output 'How it is printed'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand --cargo-plugin 'How cargo asks for its protocol'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;google'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --mode 'What is printed: the password, or the user name before it'
            cand --output 'How it is printed'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand --cargo-plugin 'How cargo asks for its protocol'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;keyring'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --mode 'What is printed: the password, or the user name before it'
            cand --output 'How it is printed'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand --cargo-plugin 'How cargo asks for its protocol'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;status'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;exec'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --env 'Variable that is given the token [default: PRUSA_TOKEN, for other providers ACCESS_TOKEN]'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;inspect'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand -t 'Which of the stored tokens'
            cand --token 'Which of the stored tokens'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;which'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;setup'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --host 'Host, of those that the profile answers for (repeatable); for MCP clients the server''s address'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand --apply 'Make the change'
            cand --undo 'Take the change back'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;doctor'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand --online 'Ask the servers of the profiles as well: whether they can be reached, and what time they have; sends no secret'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;log'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --since 'Only what is not older than this: a span such as 1h, a date, or a time such as 2026-11-22T08:00 (UTC)'
            cand -n 'Only so many lines, the newest'
            cand --lines 'Only so many lines, the newest'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;completions'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;man'= {
            cand -p 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --profile 'Use this profile [also: PRUSA_CRED_PROFILE]'
            cand --config 'Read this configuration file [also: PRUSA_CRED_CONFIG]'
            cand --timeout 'Give up after this long, such as 30s or 2m [default: 10s; login: 30s for each request]'
            cand --no-input 'Never ask anything; fail instead [also: PRUSA_CRED_NO_INPUT]'
            cand --json 'Print results and errors as JSON [errors alone: PRUSA_CRED_ERRORS=json]'
            cand -v 'Say more on stderr'
            cand --verbose 'Say more on stderr'
            cand -q 'Say nothing on stderr but errors'
            cand --quiet 'Say nothing on stderr but errors'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'prusa-cred;help'= {
            cand login 'Sign in and store the login'
            cand logout 'End the login: revoke it at the server, then forget it here'
            cand get 'Print a valid token, refreshed if need be'
            cand store 'Take a credential that git or docker wants kept'
            cand erase 'Note that a server refused a credential'
            cand list 'List the hosts that can be answered for'
            cand forget 'Remove a saved credential'
            cand seal 'Seal what is stored: encrypt it under a key that lies elsewhere'
            cand unseal 'Store in plain files again, which only this user can read'
            cand git 'Speak git''s credential helper protocol'
            cand docker 'Speak docker''s credential helper protocol'
            cand bazel 'Speak Bazel''s credential helper protocol'
            cand cargo 'Speak cargo''s credential provider protocol'
            cand kube 'Print a token as kubectl and other Kubernetes clients ask for one'
            cand terraform 'Speak Terraform''s credentials helper protocol'
            cand goauth 'Print headers as go asks for them'
            cand google 'Print a token as Google''s libraries ask for one'
            cand keyring 'Answer pip and uv in place of the keyring command'
            cand status 'Show who is signed in, where, and until when'
            cand exec 'Run a command with a fresh token in its environment'
            cand inspect 'Show what a token says, without showing the token'
            cand which 'Tell which profile would answer, and why'
            cand setup 'Point another program here, or show how'
            cand doctor 'Look for what is wrong, and tell the command that mends it'
            cand log 'Show which tokens were handed out, when, and to which programs'
            cand completions 'Print a completion script for a shell'
            cand man 'Print the manual page, or write all of them into a directory'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'prusa-cred;help;login'= {
        }
        &'prusa-cred;help;logout'= {
        }
        &'prusa-cred;help;get'= {
        }
        &'prusa-cred;help;store'= {
        }
        &'prusa-cred;help;erase'= {
        }
        &'prusa-cred;help;list'= {
        }
        &'prusa-cred;help;forget'= {
        }
        &'prusa-cred;help;seal'= {
        }
        &'prusa-cred;help;unseal'= {
        }
        &'prusa-cred;help;git'= {
        }
        &'prusa-cred;help;docker'= {
        }
        &'prusa-cred;help;bazel'= {
        }
        &'prusa-cred;help;cargo'= {
        }
        &'prusa-cred;help;kube'= {
        }
        &'prusa-cred;help;terraform'= {
        }
        &'prusa-cred;help;goauth'= {
        }
        &'prusa-cred;help;google'= {
        }
        &'prusa-cred;help;keyring'= {
        }
        &'prusa-cred;help;status'= {
        }
        &'prusa-cred;help;exec'= {
        }
        &'prusa-cred;help;inspect'= {
        }
        &'prusa-cred;help;which'= {
        }
        &'prusa-cred;help;setup'= {
        }
        &'prusa-cred;help;doctor'= {
        }
        &'prusa-cred;help;log'= {
        }
        &'prusa-cred;help;completions'= {
        }
        &'prusa-cred;help;man'= {
        }
        &'prusa-cred;help;help'= {
        }
    ]
    $completions[$command]
}

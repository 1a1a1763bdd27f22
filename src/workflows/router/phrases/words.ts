/** Lists of single words that the slots and the guards look at. */

const words = (list: string) => new Set(list.trim().split(/\s+/))

/**
 * Words that carry the sentence, so that no name contains them: "a dimension for vendor and drop the old one"
 * must not become a dimension called "vendor and drop the". "of" may stand inside a name ("point of sale").
 */
export const neverInNames = words(`
  a an the this that these those my our your his her its their some any all every each both either neither
  another other others same such only just also too even still yet else rather instead
  i you he she it we they me him us them who whom whose which what when where why how
  and or nor but then so because since if unless until till while whereas although though whether than as
  to for from in into on onto at by with within without of about above below over under between during
  before after against through via per except excluding besides including plus minus versus off out up down
  is are am was were be been being has have had having do does did doing done can could will would shall should
  may might must ought need needs needed want wants wanted like likes let 's make makes made get gets got give
  not no never none nothing nobody nowhere nor neither dont cannot stop stopped avoid skip ignore forget refuse
  please kindly thanks thank hi hello hey ok yes yeah now today tonight tomorrow yesterday soon later asap again
  immediately nightly daily hourly weekly always often once twice currently already
  run runs rerun running execute refresh rebuild rerun redo create add added build built launch trigger kick
  kill clear pretend simulate imagine suppose assume maybe perhaps possibly probably hardly almost rarely
  unfortunately whenever said ran fix debug repair diagnose troubleshoot deploy send email mail tell show explain write
  dimension dimensions dim dims fact facts fct table tables pipeline pipelines everything anything something
  dbt martsmith process processes new newest brand slowly changing conformed degenerate junk scd incremental
  snapshot staging models existing old fields columns column called named using based
`)

/** A name does not end in one of these: "the dimension for suppliers failed". "Failed payments" is one. */
export const neverLastInNames = words('failed fails failing broke broken crashed')

/** Verbs that take something away, or back. martsmith has no workflow for them. */
export const destructive = words(`
  undo revert rollback restore drop delete remove truncate erase wipe purge destroy nuke obliterate rm unlink uninstall trash discard
  undrop deletes drops dropping deleting removing truncating wiping erasing purging destroying
`)

/** Words that turn a sentence around. A reading with one of them is never run unless a phrase itself holds it. */
export const negations = words(`
  not no never none nothing nobody without neither nor dont don't cannot avoid skip refrain stop prevent forbid
  abstain hold wait nope nah nay unless except excluding ignore forget cancel abort
`)

/** What has nothing to do with a data project: enough of it to say so plainly. */
export const smalltalk = words(`
  hello hi hey yo sup greetings howdy goodbye bye thanks thank cheers welcome morning evening afternoon night
  weather joke jokes poem poems song songs story recipe recipes pizza coffee tea lunch dinner breakfast beer
  football movie movies music news email emails mail mails sms slack teams letter letters meeting calendar
  translate translation sing dance draw play love hate sorry congratulations lol haha wow yes no maybe nope
  ok okay sure fine good bad great nice cool awesome help human robot ai chatgpt claude gpt president capital
  stock stocks bitcoin password passwords test testing foo bar baz asdf qwerty xyz banana
`)

/** Verbs that ask for something which no workflow does, when they open the request. */
export const foreignVerbs = words(`
  write tell send email mail draw sing play translate book buy call message notify ping text post tweet print
  explain describe summarize teach say speak read open close order pay deploy release publish download upload
  export convert search google find list show count install upgrade uninstall configure connect disconnect
  schedule remind generate compose calculate solve guess imagine think sleep dance love hate
`)

/** The words that a question opens with. */
export const questionWords = words(
  'who whom whose which what when where why how is are was were am do does did has have had will shall',
)

/** Targets that are taken by name where the project's own are not known. */
export const usualTargets = words(`
  dev development staging stage stg prod production ci qa test testing uat sandbox preprod pre-prod preproduction
  local live prd
`)

/** Targets whose names also say what kind of run or model it is: "the test run", "the staging models". */
export const layerWords = words('test testing staging stage local live')

/** Usual names of tags among the words that are in no other name. */
export const tagNames = words('nightly daily hourly weekly staging incremental snapshot fact dim dimension')
